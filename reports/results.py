"""What the week's runs say of a site: inspected or not, passed, failed, or not known.

A site fails only by a veto that is verified and still stands. A site whose run did not see enough
is never among the qualified: three answers, yes, no, not known.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from govcrawl.model import FindingRecord, Registry, Rule, RunRecord, RunResult, Severity, Site, Status
from reports.entries import NOT_JUDGED, TITLE_LIMIT, VERIFIED, Address, Describer, counted
from reports.wording import CAUSES, CHECKS, cut, full_width

_ROBOT_ANSWERS = frozenset(["401", "403", "405", "412", "418", "429", "451", "521", "999"])
"""Statuses that speak of the robot and not of the page (INTERFACES, section 6)."""

_WHY = {
    RunResult.COMPLETE: "",
    RunResult.PARTIAL: "巡查只完成一部分，未检查到的内容不作判定",
    RunResult.BLOCKED: "程序未能正常访问网站，不能据此认定网站有问题",
    RunResult.UNREACHABLE: "巡查时首页无法访问，需换时间、换网络复查后认定",
    None: "巡查中断，没有得出结果",
}
"""Why a site is not judged, by the result of the run that counts."""


class Standing(StrEnum):
    """The answer for a site, in the words of papers."""

    FAILED = "不合格"
    NO_VETO = "未发现单项否决问题"
    PASSED = "合格"
    UNKNOWN = "未能判定"


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that could not be judged in a site."""

    site: str
    what: str
    """整个网站, a check, a column, 巡查范围."""
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnverifiedLink:
    """A link whose server refused the crawler: not known, never counted as broken."""

    target: Address
    reason: str
    text: str
    pages: tuple[Address, ...]
    places: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UnverifiedSite:
    """The unverified links of one site."""

    site: str
    links: tuple[UnverifiedLink, ...]
    count: int
    """Of different links, the ones not listed included."""

    @property
    def hidden(self) -> int:
        """How many are only in the ledger."""
        return self.count - len(self.links)


def run_that_counts(runs: Iterable[RunRecord], site: str) -> RunRecord | None:
    """The run by which a site is judged: complete before others, least left untested, then the latest.

    So a look at the links alone (`-a checks=dead_links`) by day does not displace the night's whole
    inspection. Trials never count; a run that was killed or still goes on counts only where there is no
    other.
    """
    ranks = {RunResult.COMPLETE: 3, RunResult.PARTIAL: 2, RunResult.BLOCKED: 1, RunResult.UNREACHABLE: 1}
    own = [run for run in runs if run.site == site and not run.trial]
    return max(
        own,
        key=lambda run: (
            0 if run.result is None else ranks[run.result],
            -len({item.check for item in run.not_tested}),
            run.started,
            run.run,
        ),
        default=None,
    )


def runs_within(runs: Iterable[RunRecord], first: datetime, after: datetime) -> list[RunRecord]:
    """The inspections of a period: those that ended in it, for only then their findings are known.

    A night that began on Sunday and ended on Monday is of the new week, with what it found: else a site
    would pass by a run of whose findings the paper says nothing. One without an end is of when it began.
    """
    return [run for run in runs if not run.trial and within(run.ended or run.started, first, after)]


def run_words(run: RunRecord | None) -> str:
    """The result of a run in words."""
    if run is None:
        return "未巡查"
    return "巡查中断" if run.result is None else full_width(run.result.zh)


def standing_of(
    records: Sequence[FindingRecord],
    run: RunRecord | None,
    rules: Mapping[str, Rule],
    since: datetime,
) -> tuple[Standing, str]:
    """The answer for one site, and why in a few words.

    Args:
        records: its findings as they stand.
        run: the run that counts, or None.
        rules: the catalogue, for the titles of vetoes.
        since: the first moment of the period; a veto that a run of the period saw counts even
            where that run was not complete.
    """
    complete = run is not None and run.result is RunResult.COMPLETE
    still = [record for record in records if counted(record)]
    vetoes = [record for record in still if record.severity is Severity.VETO]
    standing = [record for record in vetoes if _stands(record) and (complete or record.last_seen >= since)]
    if standing:
        known = (rules.get(record.rule) for record in standing)
        titles = dict.fromkeys(full_width(rule.title) for rule in known if rule is not None)
        return Standing.FAILED, "、".join(titles) or "存在单项否决问题"
    if run is None or run.result is not RunResult.COMPLETE:
        return Standing.UNKNOWN, _why(run)
    if undone := _undone(run, rules):
        return Standing.UNKNOWN, f"含单项否决指标的检查项未检测：{'、'.join(undone)}"
    if vetoes:
        return Standing.UNKNOWN, "疑似或有异议的单项否决问题待核实"
    if run.columns_unreadable and not run.columns_read:
        return Standing.UNKNOWN, "栏目均未能读取"
    if still:
        return Standing.NO_VETO, "存在其他问题或提示"
    unread = any(record.open and record.rule == NOT_JUDGED for record in records)
    if unread or run.not_tested or run.limits_hit:
        return Standing.NO_VETO, "部分内容未能判定"
    return Standing.PASSED, "未发现问题"


def gaps_of(
    site: str,
    name: str,
    run: RunRecord | None,
    records: Iterable[FindingRecord],
    describer: Describer,
) -> list[Gap]:
    """What could not be judged in a site: the whole of it, checks, columns, what a limit cut off."""
    gaps = []
    if run is None or run.result is not RunResult.COMPLETE:
        gaps.append(Gap(name, "整个网站", describer.text(_why(run)) + "。"))
    if run is not None:
        gaps += [Gap(name, what, full_width(describer.text(reason))) for what, reason in _skipped(run)]
    unread = [r for r in records if r.site == site and r.open and r.rule == NOT_JUDGED]
    for record in sorted(unread, key=lambda r: (r.column or r.page, r.fingerprint)):
        column = describer.column(record.column or record.page)
        reason = record.detail.get("reason") or record.title
        gaps.append(Gap(name, f"栏目“{column}”", full_width(describer.text(str(reason)))))
    return gaps


def unverified_of(
    name: str, run: RunRecord | None, describer: Describer, limit: int
) -> UnverifiedSite | None:
    """The links of a run that could not be verified, one entry a target; None where there are none."""
    if run is None or not run.unverified:
        return None
    grouped: dict[str, list[Mapping[str, object]]] = {}
    for link in run.unverified:
        grouped.setdefault(str(link.get("url") or ""), []).append(link)
    links = []
    for url, places in list(grouped.items())[:limit]:
        pages = dict.fromkeys(str(place["page"]) for place in places if place.get("page"))
        text = next((str(place["text"]) for place in places if place.get("text")), "")
        links.append(
            UnverifiedLink(
                target=describer.address(url),
                reason=describer.text(refusal(places[0])),
                text=describer.text(text, 60),
                pages=tuple(describer.address(page) for page in list(pages)[:3]),
                places=sum(_places(place) for place in places),
            )
        )
    return UnverifiedSite(site=name, links=tuple(links), count=len(grouped))


def refusal(link: Mapping[str, object]) -> str:
    """Why a link could not be verified, in words; it never says that the link is at fault."""
    reason, status, cause = (str(link.get(key) or "") for key in ("reason", "status", "cause"))
    if not reason.isascii():
        return full_width(cut(reason, TITLE_LIMIT))
    if reason == "robots.txt":
        return "对方网站声明（robots.txt）不允许程序访问"
    if reason == "crawl-delay":
        return "对方网站声明（robots.txt）要求的访问间隔过长，本次没有访问"
    if cause in {"local", "unroutable"}:
        return "本机网络原因未能访问，与对方无关"
    if status in _ROBOT_ANSWERS:
        return f"对方服务器拒绝程序访问（HTTP {status}）"
    if cause in CAUSES and cause != "http":
        return f"{CAUSES[cause]}，尚未复测确认"
    if status:
        return f"对方返回 HTTP {cut(status, 20)}，不能据此认定链接有错"
    return "没有得到明确答复，尚未复测确认"


def within(moment: datetime | None, first: datetime, after: datetime) -> bool:
    """Does a moment lie in a period, from `first` up to but without `after`."""
    return moment is not None and first <= moment < after


def ledger_of(
    records: Iterable[FindingRecord], first: datetime, after: datetime
) -> tuple[FindingRecord, ...]:
    """What the ledger of a period lists: all that is open, and what was corrected within it."""
    return tuple(
        record
        for record in records
        if record.open or (record.status is Status.CORRECTED and within(record.status_since, first, after))
    )


def site_name(registry: Registry, record: FindingRecord) -> str:
    """Name of the site or account that a finding is of; its id where it is not registered."""
    if record.site is not None:
        site: Site | None = registry.site(record.site)
        return site.name if site is not None else record.site
    account = next((one for one in registry.accounts if one.id == record.account), None)
    if account is not None:
        return f"{account.platform}“{account.name}”"
    return record.account or "未登记的网站"


def _stands(record: FindingRecord) -> bool:
    """Is a veto verified, undisputed, and not answered since it was last seen."""
    if record.status not in VERIFIED or record.status is Status.DISPUTED:
        return False
    answered = record.status is Status.REPLIED and record.status_since is not None
    return not (answered and record.status_since is not None and record.last_seen < record.status_since)


def _undone(run: RunRecord, rules: Mapping[str, Rule]) -> list[str]:
    """Checks that could have found a veto and were not done."""
    weighty = {rule.check for rule in rules.values() if rule.severity is Severity.VETO}
    undone = dict.fromkeys(one.check for one in run.not_tested if one.check in weighty)
    return [CHECKS.get(check, check) for check in undone]


def _places(link: Mapping[str, object]) -> int:
    count = link.get("occurrences")
    return count if isinstance(count, int) and count > 0 else 1


def _skipped(run: RunRecord) -> list[tuple[str, str]]:
    """Checks that were not done and limits that were met; what `_why` has told is not told again."""
    told = _why(run)
    checks = [(CHECKS.get(one.check, one.check), one.reason) for one in run.not_tested]
    fresh = [(what, reason) for what, reason in checks if _sentence(reason) != told]
    return [*fresh, *(("巡查范围", limit) for limit in run.limits_hit)]


def _sentence(text: str) -> str:
    return full_width(cut(text, TITLE_LIMIT)).rstrip("。")


def _why(run: RunRecord | None) -> str:
    """Why the whole site could not be judged: what the run noted for all checks alike, else in general."""
    if run is None:
        return "本期没有巡查记录"
    reasons = {skipped.reason for skipped in run.not_tested}
    if len(reasons) == 1 and run.result in {RunResult.BLOCKED, RunResult.UNREACHABLE}:
        return _sentence(reasons.pop())
    return _WHY[run.result]
