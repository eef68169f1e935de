"""From readings to findings: runs the checks, merges what is one, says who must mend it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from govcrawl.model import (
    ArticleReading,
    Check,
    Column,
    ColumnReading,
    Context,
    Finding,
    LinkTarget,
    LinkVerdict,
    NotTested,
    Site,
    SiteReading,
)
from govcrawl.pages import Page
from govcrawl.store import FindingSeen
from spiders.job import Job

_log = logging.getLogger(__name__)
_MAX_PAGES = 20
_Judge = Callable[[Check], Iterable[Finding]]


class Judge:
    """Runs all checks of a job and keeps what they find, one finding a rule and subject."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self.adopt(job.site)
        self._found: dict[tuple[str, str], Finding] = {}
        self._crashed: dict[str, str] = {}
        self.undecided: frozenset[tuple[str, str]] = frozenset()
        """Pairs of rule and page (see `Check.undecided`)."""

    def adopt(self, site: Site) -> None:
        """Judge from now on by a site whose columns were discovered."""
        self._site = site
        self._ctx = self._job.context(site)
        self._columns = {column.url: column for column in site.columns}

    def column(self, reading: ColumnReading, column: Column) -> None:
        """Judge one column."""
        self._run(lambda check: check.column(reading, self._at(column)), reading.url)

    def article(self, reading: ArticleReading, column: Column | None) -> None:
        """Judge one article."""
        self._run(lambda check: check.article(reading, self._at(column)), reading.url)

    def original(self, reading: ArticleReading, verdict: LinkVerdict, column: Column | None) -> None:
        """Judge one article by the original that it links to."""
        self._run(lambda check: check.original(reading, verdict, self._at(column)), reading.url)

    def page(self, page: Page, column: Column | None) -> None:
        """Judge one page."""
        self._run(lambda check: check.page(page, self._at(column)), page.url)

    def link(self, target: LinkTarget, verdict: LinkVerdict) -> None:
        """Judge one address that the site links to."""
        column = self._columns.get(target.column or "")
        self._run(lambda check: check.link(target, verdict, self._at(column)), target.url)

    @property
    def judges_pages(self) -> bool:
        """Does any check look at pages themselves: then every page has to be parsed."""
        return any(type(check).page is not Check.page for check in self._job.catalogue.checks)

    def concerns(self, target: LinkTarget, verdict: LinkVerdict) -> bool:
        """Would judging this address find anything. Keeps nothing."""
        column = self._columns.get(target.column or "")
        for check in self._job.catalogue.checks:
            try:
                if next(iter(check.link(target, verdict, self._at(column))), None) is not None:
                    return True
            except Exception:  # said when it is judged
                return True
        return False

    def site(self, reading: SiteReading) -> None:
        """Judge the site as a whole."""
        self._run(lambda check: check.site(reading, self._ctx), reading.url)
        pairs: set[tuple[str, str]] = set()
        for check in self._job.catalogue.checks:
            try:
                pairs.update(check.undecided(reading, self._ctx))
            except Exception:
                self._fail(check, reading.url)
        self.undecided = frozenset(pairs)

    def not_tested(self) -> Iterator[NotTested]:
        """Checks that failed on some page through a fault of their own."""
        for check, reason in self._crashed.items():
            yield NotTested(check, reason)

    @property
    def rules(self) -> frozenset[str]:
        """Codes of the rules that were judged: those of checks that did not fail, and have an answer."""
        silent = {rule for rule, page in self.undecided if not page}
        return frozenset(
            code
            for code, rule in self._job.catalogue.rules.items()
            if rule.check not in self._crashed and code not in silent
        )

    def found(self) -> list[Finding]:
        """All findings so far, as they are kept."""
        return list(self._found.values())

    def prove(self, finding: Finding) -> None:
        """Put a finding with more evidence in the place of the one that it was made of."""
        self._found[finding.rule, finding.subject] = finding

    def seen(self) -> list[FindingSeen]:
        """All findings, with the unit that must mend each and the points of the profile."""
        return [self._attribute(finding) for finding in self._found.values()]

    def _at(self, column: Column | None) -> Context:
        return self._ctx if column is None else replace(self._ctx, page_column=column)

    def _run(self, judge: _Judge, place: str) -> None:
        for check in self._job.catalogue.checks:
            try:
                for finding in judge(check):
                    self._keep(finding)
            except Exception:  # a check, perhaps a third party's, must not end the run: it is said instead
                self._fail(check, place)

    def _fail(self, check: Check, place: str) -> None:
        _log.exception("check %s failed on %s", check.id, place)
        self._crashed.setdefault(
            check.id, f"检查项“{check.title}”在 {place[:200]} 出错，结果不完整（详见日志）"
        )

    def _keep(self, finding: Finding) -> None:
        key = (finding.rule, finding.subject)
        known = self._found.get(key)
        self._found[key] = finding if known is None else merge(known, finding)

    def _attribute(self, finding: Finding) -> FindingSeen:
        rule = self._job.catalogue.rules[finding.rule]
        column = self._columns.get(finding.column or "")
        sponsor = self._site.unit or None
        account = next((a for a in self._job.registry.accounts if a.id == finding.account), None)
        owner = account.unit if account else column.unit if column else None
        points = self._job.profile.get(f"points.{finding.rule}")
        scored = self._site.kind.value == "门户网站" and points is not None and account is None
        number = points.value if points is not None and scored else None
        return FindingSeen(
            finding=finding,
            check=rule.check,
            rule=rule,
            unit=owner or sponsor,
            sponsor=sponsor,
            points=float(number) if isinstance(number, int | float) else None,
            profile=self._job.profile.name,
            subject_state=str(finding.detail.get("cause") or ""),
        )


def merge(first: Finding, other: Finding) -> Finding:
    """One finding of two that speak of the same subject: places are counted, the first one's facts stay."""
    pages = [page for page in (other.page, *other.more_pages) if page != first.page]
    more = tuple(dict.fromkeys((*first.more_pages, *pages)))[:_MAX_PAGES]
    return replace(
        first,
        occurrences=first.occurrences + other.occurrences,
        more_pages=more,
        certain=first.certain or other.certain,
        on_home=first.on_home or other.on_home,
    )
