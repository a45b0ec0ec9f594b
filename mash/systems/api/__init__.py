"""What agencies' systems ask, at /api/v1: described for programs by OpenAPI, and for people at /api/docs."""
