"""Pages of a decision: deciding, answering for one that waits, strategy discussions, and how long it all takes."""
