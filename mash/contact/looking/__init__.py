"""Looking through a file for harm: what its own bytes say, and what a scanner says of them.  Pure, but for scanners.

Where a part of a file cannot be looked into, that is a reason against it: a file is taken or opened only when
everything in it was seen.  To follow what is refused read `harm`; to put another scanner in, `scanners`.
"""
