"""What is read about requests for one's own information."""
