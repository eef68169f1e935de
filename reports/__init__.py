"""Tell: periods, statistics, templates, charts and documents made from what was kept.

Numbers are made by pure functions (`weekly`, `site`), words and looks by templates, files by
`documents` and `ledger`. Nothing in here judges, and nothing asks the system for the time.
"""
