"""Opening one restricted case in an emergency, and the managers' word on it."""
