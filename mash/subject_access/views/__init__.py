"""Pages about requests for one's own information."""
