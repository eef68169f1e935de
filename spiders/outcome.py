"""What an inspection ends with, and how it is kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from checks.ad_exceptions import exceptions_in_force
from checks.dead_links import words_for
from govcrawl import __version__
from govcrawl.model import (
    HOST_NOT_REACHABLE,
    PORT_NOT_LISTED,
    AppHostReading,
    Cause,
    Column,
    ColumnReading,
    ColumnState,
    FindingRecord,
    Ipv6Reading,
    LinkVerdict,
    NotTested,
    RunRecord,
    RunResult,
    Site,
    Verdict,
)
from govcrawl.store import RunOutcome, RunScope
from spiders.frontier import Frontier
from spiders.job import Job
from spiders.judging import Judge
from spiders.targets import Targets
from spiders.visits import Visit, Visitor

_OUR_FAULT = frozenset({Cause.LOCAL, Cause.UNROUTABLE})
_OUR_FAULT_ZH = {
    "resolver": "本机域名解析有故障",
    "network": "本机网络有故障",
    PORT_NOT_LISTED: "[crawl.resolve] 没有列出该端口",
}
_UNREAD = frozenset({ColumnState.UNREADABLE, ColumnState.NEEDS_RENDERING})
_GONE = frozenset({404, 410})
_MAX_UNVERIFIED = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The run as it was kept, and its findings as they stand when it ended."""

    job: Job
    site: Site
    """The site as it was inspected: with its discovered columns where it had none."""
    run: RunRecord
    records: tuple[FindingRecord, ...]
    parsed: int = 0
    """Pages that were parsed in this run."""
    unchanged: int = 0
    """Pages that had not changed, whose readings served again."""

    @property
    def exit_status(self) -> int:
        """0; 3 where the home page could not be judged (INTERFACES, section 3)."""
        return 0 if self.run.result is not None and self.run.result.inspected else 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """Everything that a run saw, at its end."""

    site: Site
    judge: Judge
    visitor: Visitor
    frontier: Frontier
    targets: Targets
    verdicts: Mapping[str, LinkVerdict]
    columns: Sequence[tuple[Column, ColumnReading]]
    ipv6: Ipv6Reading | None
    apps: Sequence[AppHostReading] = ()
    links_cut: Sequence[str] = ()
    """What limits kept from being asked, in words."""
    silent: int = 0
    """Addresses of the site that got no answer since it fell silent altogether."""
    excepted: frozenset[str] = frozenset()
    """Targets of open findings that the office has allowed since they were found."""
    shown: bool = False
    """A browser showed the home page, for what only a browser sees."""


def keep(job: Job, run: int, gathered: Gathered, now: datetime) -> Outcome:
    """Store a run that saw the home page: its findings, what it saw, and what it did not see."""
    counts = Counter(verdict.verdict for verdict in gathered.verdicts.values())
    # Of a column that need not be updated nothing was asked: it is neither read nor unread.
    asked = [r.state for column, r in gathered.columns if _has_limit(job, column)]
    unread = sum(state in _UNREAD for state in asked)
    result = _result(job, gathered)
    external = (
        gathered.verdicts[t.url] for t in gathered.targets if t.external and t.url in gathered.verdicts
    )
    job.store.remember_links(external, now=now)
    records = job.store.finish_run(
        run,
        RunOutcome(
            result=result,
            pages=gathered.visitor.pages,
            columns_read=sum(r.state not in _UNREAD for _, r in gathered.columns),
            columns_unreadable=unread,
            links_ok=counts[Verdict.OK],
            links_broken=counts[Verdict.BROKEN] + counts[Verdict.HIJACKED],
            links_unverified=counts[Verdict.SUSPECT],
            not_tested=[*_left_out(job), *gathered.judge.not_tested(), *_not_tested(gathered)],
            limits_hit=list(_limits(job, gathered)),
            unverified=list(_unverified(gathered)),
            method=list(_method(job, shown=gathered.shown)),
            findings=gathered.judge.seen(),
            scope=_scope(gathered, complete=result is RunResult.COMPLETE),
        ),
        now=now,
    )
    outcome = _outcome(job, run, gathered.site, records)
    return replace(outcome, parsed=gathered.visitor.parsed, unchanged=len(gathered.visitor.unchanged))


def keep_without_home(job: Job, run: int, home: Visit, judge: Judge, now: datetime) -> Outcome:
    """Store a run that could not judge the home page, and say why; found is at most what took its place."""
    verdict = home.verdict
    if home.left_site:
        result, reason = RunResult.BLOCKED, f"首页跳转到站外地址 {verdict.final_url}，请核对登记的网址"
    elif verdict.verdict is Verdict.HIJACKED:
        result, reason = RunResult.BLOCKED, "首页内容异常，疑似被篡改或域名被他人占用，请立即人工核实"
    elif verdict.verdict is Verdict.OK:
        result, reason = RunResult.BLOCKED, "首页返回的不是网页"
    elif verdict.cause in _OUR_FAULT:
        why = _OUR_FAULT_ZH.get(verdict.reason, verdict.reason or str(verdict.cause))
        result, reason = RunResult.BLOCKED, f"本机未能发出访问（{why}）"
    elif verdict.verdict is Verdict.SKIPPED:
        result, reason = (
            RunResult.BLOCKED,
            "首页地址指向内部网络，按设置不访问（[crawl] allow_private_addresses）",
        )
    elif verdict.blocked:
        result, reason = (
            RunResult.BLOCKED,
            f"网站拒绝程序访问首页（返回 {verdict.status}），请单位将巡查程序加入白名单",
        )
    else:
        result, reason = RunResult.UNREACHABLE, f"首页两次访问均失败（{words_for(verdict)}）"
    records = job.store.finish_run(
        run,
        RunOutcome(
            result=result,
            not_tested=[NotTested(check.id, reason) for check in job.catalogue.checks],
            findings=judge.seen(),
        ),
        now=now,
    )
    return _outcome(job, run, job.site, records)


def _outcome(job: Job, run: int, site: Site, records: Sequence[FindingRecord]) -> Outcome:
    record = job.store.run(run)
    if record is None:
        raise RuntimeError(f"run {run} is not in the store that it was just written to")
    return Outcome(job=job, site=site, run=record, records=tuple(records))


def _result(job: Job, gathered: Gathered) -> RunResult:
    """Partial where this run was told to see less than the office's own limits allow, or was shut out.

    Those limits define a complete inspection; what they cut is said, but a large site is not for that
    left without a judgement for ever.
    """
    frontier, crawl = gathered.frontier, job.config.crawl
    cut = [
        *(frontier.cut_by_pages if job.max_pages < crawl.max_pages_per_site else ()),
        *(frontier.cut_by_depth if job.depth < crawl.depth else ()),
    ]
    shut_out = gathered.silent or _refused(gathered)
    told_less = any(not frontier.knows(url) for url in cut)
    return RunResult.PARTIAL if shut_out or told_less else RunResult.COMPLETE


def _refused(gathered: Gathered) -> int:
    """Pages of the site that the crawler was not let see, where they are the most; else 0.

    A page to sign in refuses everybody; a site that refuses most of its pages refuses the crawler.
    """
    verdicts = gathered.visitor.verdicts.values()
    refused = sum(verdict.blocked for verdict in verdicts)
    return refused if refused * 2 > len(verdicts) else 0


def _limits(job: Job, gathered: Gathered) -> Iterator[str]:
    yield from gathered.frontier.limits_hit()
    yield from gathered.links_cut
    if gathered.silent:
        yield f"巡查途中网站不再正常应答（可能限制了程序访问），{gathered.silent}个站内地址未能检查"
    if refused := _refused(gathered):
        yield f"{refused}个站内页面拒绝程序访问，未能检查，请单位将巡查程序加入白名单"
    if cut := gathered.visitor.cut:
        size = job.config.crawl.max_page_bytes / 2**20
        yield f"{len(cut)}个页面超过{size:.3g}MB，只读取了前面部分，例如 {min(cut)[:120]}"
    if broken := gathered.visitor.broken_off:
        example = min(broken)[:120]
        yield f"{len(broken)}个页面未能完整接收（连接中断或超时），不据此判断更新和来源，例如 {example}"


def _has_limit(job: Job, column: Column) -> bool:
    return column.max_age_days is not None or job.profile.get(f"days.{column.type}") is not None


def _left_out(job: Job) -> Iterator[NotTested]:
    for check in job.left_out:
        yield NotTested(check.id, f"本次巡查未选择检查项“{check.title}”")


def _not_tested(gathered: Gathered) -> Iterator[NotTested]:
    """What was not tested over IPv6: each reason once, however many hosts it concerns."""
    reasons = [gathered.ipv6.reason] if gathered.ipv6 is not None else []
    for reason in dict.fromkeys((*reasons, *(app.reason for app in gathered.apps))):
        if reason:
            yield NotTested("ipv6", reason)


def _unverified(gathered: Gathered) -> Iterator[Mapping[str, object]]:
    """Links that could not be verified, for the part of a report that blames nobody."""
    told = 0
    for target in gathered.targets:
        verdict = gathered.verdicts.get(target.url)
        if verdict is None or verdict.verdict is not Verdict.SUSPECT:
            continue
        ours = verdict.cause in _OUR_FAULT
        if not verdict.blocked and not ours and verdict.cause is not None:
            continue  # failed once: a suspected finding
        told += 1
        if told > _MAX_UNVERIFIED:
            return
        yield {
            "url": target.url,
            "status": verdict.status,
            "cause": None if verdict.cause is None else str(verdict.cause),
            "reason": verdict.reason or None,
            "page": target.page,
            "text": target.text,
            "external": target.external,
            "occurrences": target.occurrences,
        }


def _is_open(verdict: LinkVerdict) -> bool:
    """Did a run come to no conclusion about this one address; a host that is away answers for all of its."""
    return verdict.verdict in {Verdict.SUSPECT, Verdict.SKIPPED} or verdict.reason == HOST_NOT_REACHABLE


def _scope(gathered: Gathered, *, complete: bool) -> RunScope:
    """What this run really judged: the ground on which an earlier finding may be called corrected."""
    verdicts = gathered.verdicts
    in_part = gathered.visitor.broken_off | gathered.visitor.cut  # what they lack may stand in the rest
    answered = {
        url
        for url, verdict in gathered.visitor.verdicts.items()
        if url not in in_part
        if verdict.verdict is Verdict.OK or (verdict.verdict is Verdict.BROKEN and verdict.status in _GONE)
    }
    answered |= {
        verdict.final_url for url, verdict in verdicts.items() if url in answered and verdict.final_url
    }
    answered |= {app.page for app in gathered.apps}  # what is not known of them is undecided
    unsettled = {url for url, verdict in verdicts.items() if _is_open(verdict)}
    unsettled |= {target.url for target in gathered.targets if target.url not in verdicts}
    unsettled |= {column.url for column, reading in gathered.columns if reading.state in _UNREAD}
    unsettled |= gathered.frontier.left_out | in_part | gathered.excepted
    return RunScope(
        rules=gathered.judge.rules,
        pages=frozenset(answered),
        unsettled=frozenset(unsettled),
        complete=complete,
        undecided=gathered.judge.undecided,
    )


def _method(job: Job, *, shown: bool) -> Iterator[str]:
    """By which rules advertisements were judged, what was allowed, and whether a browser looked."""
    if all(check.id != "ads" for check in job.catalogue.checks):
        return
    zone = job.config.office.zone
    lists = [f"随程序提供的规则（govcrawl {__version__}）", *(one.zh(zone) for one in job.filter_lists)]
    yield f"广告规则：{'、'.join(lists)}。"
    if held := exceptions_in_force(job.context()):
        yield f"经批准不作为广告的例外：{'、'.join(one.zh for one in held)}。"
    yield (
        "由脚本加载的广告和飘窗，用浏览器打开首页和部分页面检查。"
        if shown
        else "没有使用浏览器，由脚本加载的广告和飘窗未检查。"
    )
