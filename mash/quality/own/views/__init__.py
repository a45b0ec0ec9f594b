"""Pages of the hub's own decisions."""
