"""What becomes of the links of a run once its pages are read: verdicts, second tries, doubts, and proofs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from govcrawl.config import CrawlConfig
from govcrawl.model import HOST_NOT_REACHABLE, FindingRecord, LinkTarget, LinkVerdict, Verdict
from govcrawl.net.attempts import UNREACHED
from govcrawl.net.links import LinkChecker
from govcrawl.pages import Page, Scope
from spiders.frontier import without_session
from spiders.links import LinkRound, name_dead_hosts, place_of, with_earlier_tries
from spiders.visits import Visit, Visitor

_SILENT = "巡查途中网站不再正常应答，可能限制了程序访问"


@dataclass(slots=True)
class Settlement:
    """The links of one run: `settle` them, `doubt_silence` of the site itself, then `prove` what is told."""

    crawl: CrawlConfig
    scope: Scope
    checker: LinkChecker
    visitor: Visitor
    links: LinkRound
    open_findings: Sequence[FindingRecord]
    """What earlier runs found of this site and is still open."""
    verdicts: dict[str, LinkVerdict] = field(default_factory=dict)
    """Of every address that was settled, pages of the site among them."""
    silent: int = 0
    """Addresses of the site that got no answer since it fell silent altogether."""

    async def settle(self) -> None:
        """Ask what is left to be asked, and once more what failed, as far as that is due.

        An address that differs from a visited page by a session alone shares its verdict; what a limit of
        the crawl cut off stays unasked. Tries of earlier runs count as tries in time.
        """
        await self.links.settle()
        self._ask_the_rest()
        await self.links.settle()
        self.verdicts = {**self.links.verdicts, **self.visitor.verdicts}
        await self.links.confirm(self.verdicts, self.visitor.targets.get)
        for record in self.open_findings:
            verdict = self.verdicts.get(record.target or "")
            if verdict is not None and record.rule == "link-broken":
                self.verdicts[verdict.url] = with_earlier_tries(
                    verdict,
                    record.detail.get("tries"),
                    confirm_after=self.crawl.confirm_after,
                    confirm_after_transient=self.crawl.confirm_after_transient,
                )
        away = {
            place_of(record.target)
            for record in self.open_findings
            if record.target and record.detail.get("reason") == HOST_NOT_REACHABLE
        }
        self.verdicts |= name_dead_hosts(self.verdicts, away)

    async def doubt_silence(self, home: Visit) -> None:
        """A server that gave us the home page and then no page at all has shut us out, or is down for now.

        Neither makes its links dead: where the home page does not open again either, what failed of
        the site's own hosts without a clear answer (no connection, 5xx) is not known.
        """
        failed = {Verdict.BROKEN, Verdict.SUSPECT}
        silent = [
            verdict
            for url, verdict in self.verdicts.items()
            if verdict.verdict in failed and self.scope.same_host(url)
            if (verdict.status or 0) >= 500 or (verdict.status is None and verdict.cause in UNREACHED)
        ]
        if not silent:
            return
        limit = self.crawl.max_page_bytes
        again = await self.checker.fetch(home.url, limit=limit, earlier=home.verdict)
        if again.verdict.verdict is Verdict.OK:
            return
        self.silent = len(silent)
        for verdict in silent:
            self.verdicts[verdict.url] = replace(
                verdict, verdict=Verdict.SUSPECT, blocked=True, retry_after=None, reason=_SILENT
            )

    async def prove(self) -> None:
        """Evidence for links that will be findings and whose page was not parsed in this run.

        Where the page has not changed, what proved the finding before proves it still; else the page is
        fetched once more.
        """
        visitor, targets = self.visitor, self.visitor.targets
        before = {
            record.target: record
            for record in self.open_findings
            if record.target and record.evidence.snippet and record.page in visitor.unchanged
        }
        pages: dict[str, list[LinkTarget]] = {}
        for url in sorted(targets.unproved):
            target, verdict = targets.get(url), self.verdicts.get(url)
            if target is None or verdict is None or not visitor.judge.concerns(target, verdict):
                continue
            known = before.get(url)
            if known is None or not targets.prove_as_before(target, known.page, known.evidence):
                pages.setdefault(target.page, []).append(target)
        for url, unproved in pages.items():
            fetched = await self.checker.fetch(url, limit=self.crawl.max_page_bytes)
            if isinstance(fetched.page, Page):
                visitor.parsed += 1
                visitor.spool.put(fetched.answer, url)
                for target in unproved:
                    targets.prove_by(target, fetched.page)

    def _ask_the_rest(self) -> None:
        """Queue every address that neither a visit nor the round has answered, and that no limit cut off."""
        visited = {without_session(url): verdict for url, verdict in self.visitor.verdicts.items()}
        frontier = self.visitor.frontier
        untouched = frontier.cut_by_pages | frontier.cut_as_trap | frontier.cut_by_time
        for target in self.visitor.targets:
            if target.url in self.visitor.verdicts or target.url in self.links.verdicts:
                continue
            if (same := visited.get(without_session(target.url))) is not None:
                self.visitor.verdicts[target.url] = replace(same, url=target.url)
            elif target.url not in untouched:
                self.links.add(target)
