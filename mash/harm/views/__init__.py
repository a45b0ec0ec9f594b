"""Pages of what harm comes back to."""
