"""The pages of hand-overs: at the hub, and at the service."""
