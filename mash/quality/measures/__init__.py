"""Statistics of quality: shares, means, charts, agreement and draws.  Pure: no clock, no database.

A figure goes nowhere without how many it rests on, and a share or a mean without its interval.
"""
