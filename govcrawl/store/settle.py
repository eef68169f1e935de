"""What a run says about the findings that it did not see, and whether it saw enough to say so. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from govcrawl.store.lifecycle import Event
from govcrawl.store.shapes import FindingSeen, RunScope


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a known finding stands in the site: what a run must have asked to call it right."""

    rule: str
    page: str
    target: str | None
    column: str | None
    more_pages: tuple[str, ...] = ()


def unseen(standing: Standing, scope: RunScope, *, cut: bool) -> Event:
    """SEEN_RIGHT or NOT_JUDGED for a finding that is not among those of the run.

    Right takes a complete run that judged the rule, asked the finding's own page, and came to a
    conclusion about page, target and column. Where a limit kept the run from pages (`cut`), most of
    the other places must have been asked too, for it may still stand there; not all of them, for
    old articles sink below the limits and would keep a mended fault open for ever.
    """
    if not scope.complete or standing.rule not in scope.rules or standing.page not in scope.pages:
        return Event.NOT_JUDGED
    if (standing.rule, standing.page) in scope.undecided:
        return Event.NOT_JUDGED
    if not scope.unsettled.isdisjoint((standing.page, standing.target or "", standing.column or "")):
        return Event.NOT_JUDGED
    asked = sum(page in scope.pages for page in standing.more_pages)
    if cut and asked * 2 < len(standing.more_pages):
        return Event.NOT_JUDGED
    return Event.SEEN_RIGHT


def too_small(pages: int, baseline: int | None) -> bool:
    """Did a run see under half of the pages of the last one that called itself complete?

    `baseline` is what that run saw, whether it was believed or not: a site that really shrank is
    believed on the second night, a site that was half away for one night never is.
    """
    return baseline is not None and pages * 2 < baseline


def merged(findings: Iterable[tuple[str, FindingSeen]]) -> dict[str, FindingSeen]:
    """The findings of a run by fingerprint; of two with one fingerprint the surer, else the first."""
    by_fingerprint: dict[str, FindingSeen] = {}
    for key, seen in findings:
        known = by_fingerprint.get(key)
        if known is None or (seen.finding.certain and not known.finding.certain):
            by_fingerprint[key] = seen
    return by_fingerprint
