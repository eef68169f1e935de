"""govcrawl: a compliance crawler for government websites.

Gather, judge, keep, tell: see docs/architecture.md for the rooms of the house.
"""

__version__ = "0.1.0"
