"""Who may open a case: keeping a worker out of it, letting one in, and a worker's own conflict of interest."""
