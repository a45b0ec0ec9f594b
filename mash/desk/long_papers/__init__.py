"""Papers that are too long to be made while somebody waits: asked for, made by a job, handed over, removed."""
