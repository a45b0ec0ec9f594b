"""The shape of what is typed where exercises are kept and run."""
