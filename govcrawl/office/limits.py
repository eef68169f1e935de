"""How long a site of a night may take, and when its process is taken to hang."""

from __future__ import annotations

from datetime import timedelta

from govcrawl.config import CrawlConfig

SILENT = timedelta(minutes=3)
"""A process of the night that has said nothing for so long hangs, and is ended."""
_LEAST, _MOST = timedelta(seconds=10), timedelta(minutes=15)
"""Of the time beyond `max_minutes`."""
_LAST = timedelta(minutes=1)


def hard_limit(crawl: CrawlConfig) -> timedelta:
    """How long after its begin a run that has not ended by itself is ended by its process.

    After `max_minutes` no page or link is begun; what is under way then, proof and pictures get as long
    again, a quarter of an hour at most.
    """
    budget = timedelta(minutes=crawl.max_minutes)
    return budget + min(max(budget, _LEAST), _MOST)


def last_limit(crawl: CrawlConfig) -> timedelta:
    """How long after its begin the process is ended, where it did not end the run."""
    return hard_limit(crawl) + _LAST
