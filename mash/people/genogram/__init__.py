"""A family as a picture: who stands where, and the lines between them.  Pure: it reads nothing and writes nothing.

`ties` settles what is drawn of all that is said, `rows` finds generations, `order` who stands beside whom, and
`drawing` the lines.  docs/decisions, 57.
"""
