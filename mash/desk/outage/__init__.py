"""What a hub needs to go on by hand: drawn from what is open, for its manager, and printed as a pack."""
