"""How often other hubs may be asked, and how long a grant may last.  Pure."""

from datetime import timedelta

IN_TEN_MINUTES, IN_TWELVE_HOURS = 20, 60
"""Records that one account may ask about.  A question about records that were joined counts each of them."""
OF_A_HUB = 400
"""Records that everybody of one hub together may ask about in twelve hours.

identity.known_elsewhere() holds all three, whoever asks it and how.
"""
LONGEST_GRANT = timedelta(days=28)
"""Default: choose locally.  A summary is read once or twice; whoever needs it longer asks again."""
