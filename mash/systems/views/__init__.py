"""The pages about systems of agencies."""
