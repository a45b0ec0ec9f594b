"""How fast the pages are that people wait for, each beside the bare SQL it needs, measured in one run."""
