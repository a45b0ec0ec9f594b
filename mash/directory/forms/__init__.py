"""The shape of input on the pages of the directory."""
