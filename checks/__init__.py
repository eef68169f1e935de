"""Judge: one file a check, pure functions of readings.

A check is found through the entry-point group `govcrawl.checks`; see `govcrawl.model.Check`.
"""
