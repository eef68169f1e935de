"""Pictures for the findings of a run: of which, in what order, and what their captions say."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from govcrawl.model import Finding, FindingRecord, fingerprint
from govcrawl.pages import Scope
from govcrawl.store.evidence_files import EvidenceFolder, FileState, small_of
from spiders.job import Job
from spiders.judging import Judge

if TYPE_CHECKING:
    from govcrawl.net.browser import Renderer
    from govcrawl.net.pictures import Mark, Picture, Taken

_log = logging.getLogger(__name__)
_AT_ONCE = 10
"""Pictures of one load of a page."""
_SECONDS = 120.0
"""For all pictures of a run: after it no further page is opened."""
_HIJACKED = "link-hijacked"

_MARKS = {
    "outlined": "红框处为问题所在位置",
    "around": "问题元素收在菜单或折叠区域中，红框处为其所在区域",
    "hidden": "问题元素在页面上不可见（如脚本、样式或隐藏内容），未标出位置",
    "absent": "浏览器显示的页面中没有找到该元素，未标出位置",
}
"""What the caption says of a `Mark`."""
_FAILURES = {
    "timeout": "页面长时间没有加载完成",
    "unanswered": "页面未能打开",
    "status": "页面返回错误",
    "left": "页面自动跳转到其他地址",
    "browser": "浏览器出错",
}


@dataclass(slots=True, kw_only=True)
class PictureRound:
    """Takes the pictures of a run, and notes in each finding its picture or why there is none."""

    job: Job
    run: int
    folder: EvidenceFolder
    renderer: Renderer | None
    scope: Scope
    records: Mapping[str, FindingRecord]
    """Open findings by fingerprint."""
    now: Callable[[], datetime]

    async def take(self, judge: Judge, findings: Sequence[Finding]) -> None:
        """Pictures of the worst findings that have none yet; one that still shows what was found stays.

        Args:
            judge: whose findings are given their evidence.
            findings: those that a unit may dispute, the worst first.
        """
        value = self.job.profile.get("evidence.screenshots")
        limit = int(value.value) if value is not None and isinstance(value.value, int | float) else 0
        never = _never(judge.found())
        new: list[Finding] = []
        for finding in untried_first(findings, self.records, self.job.key, "picture"):
            if (kept := self._kept(finding)) is not None:
                judge.prove(kept)
            elif reason := self._why_not(finding, never, len(new), limit):
                _note(judge, finding, {"reason": reason})
            else:
                new.append(finding)
        if new and self.renderer is not None:
            await self._take_new(judge, self.renderer, new, never)

    async def _take_new(
        self, judge: Judge, renderer: Renderer, new: Sequence[Finding], never: Collection[str]
    ) -> None:
        from govcrawl.net.pictures import Photographer, Taken, Wanted  # slow to import, and seldom needed

        clock = asyncio.get_running_loop().time
        until = clock() + _SECONDS
        photographer = Photographer(renderer, user_agent=self.job.config.user_agent, now=self.now)
        for page, members in _by_page(new):
            wanted = [
                Wanted(
                    key=self._print(finding),
                    selector=finding.evidence.selector,
                    address=finding.target or "",
                    caption=self._caption(finding),
                )
                for finding in members
            ]
            reason = _FAILURES["browser"]
            taken = Taken()
            if clock() > until:
                reason = "本次截图用时已到上限，留待以后巡查补截"
            else:
                try:
                    taken = await photographer.photograph(page, wanted, owns=self.scope.owns, never=never)
                    reason = _words(taken)
                except Exception:  # a picture must not cost the run that it is to prove
                    _log.exception("no picture of %s", page)
            pictures = {picture.key: picture for picture in taken.pictures}
            for finding in members:
                picture = pictures.get(self._print(finding))
                if picture is None:
                    _note(judge, finding, {"reason": reason, "failed": True})
                else:
                    self._keep(judge, finding, picture)

    def _keep(self, judge: Judge, finding: Finding, picture: Picture) -> None:
        name = f"{picture.key}.{picture.kind}"
        small = None
        try:
            kept = self.folder.keep(self.job.key, self.run, name, picture.full)
            if picture.small:
                small = self.folder.keep(self.job.key, self.run, small_of(name), picture.small)
        except (OSError, ValueError) as error:
            _log.warning("the picture %s could not be kept: %s", name, error)
            _note(judge, finding, {"reason": "截图文件未能写入"})
            return
        proved = replace(finding, evidence=replace(finding.evidence, screenshot=kept.path))
        note = {"at": picture.at.astimezone(UTC).isoformat(timespec="seconds"), "sha256": kept.sha256}
        if small is not None:  # papers show this one: it must not be exchanged either
            note["small_sha256"] = small.sha256
        _note(judge, proved, {**note, "bytes": kept.bytes, "note": _MARKS[picture.mark]})

    def _why_not(self, finding: Finding, never: Collection[str], taken: int, limit: int) -> str:
        """Why a finding gets no picture in this run; nothing: it gets one."""
        if self.renderer is None:
            if self.job.config.crawl.browser == "never":
                return "按设置不使用浏览器（[crawl] browser = never），以页面代码为证"
            return "本机没有浏览器（Chromium 等），以页面代码为证"
        if not self.scope.owns(finding.page) or finding.page in never or _host(finding.page) in never:
            return "页面内容异常或不属于该网站，不予截图"
        if limit <= 0:
            return "检查指标设定为不截图（evidence.screenshots）"
        if taken >= limit:
            return f"每次巡查每个网站最多新截{limit}张，先截最严重的问题，其余留待以后巡查补截"
        return ""

    def _kept(self, finding: Finding) -> Finding | None:
        """The finding with its earlier picture, if what that shows stands in the page as it did."""
        record = self.records.get(self._print(finding))
        if record is None or not record.evidence.screenshot or record.page != finding.page:
            return None
        before, after = record.evidence, finding.evidence
        picture = record.detail.get("picture")
        if before.snippet != after.snippet or before.selector != after.selector:
            return None
        if not isinstance(picture, Mapping):
            return None
        state = self.folder.state(record.evidence.screenshot, str(picture.get("sha256")))
        if state is not FileState.SOUND:
            return None
        evidence = replace(after, screenshot=before.screenshot)
        return replace(finding, evidence=evidence, detail={**finding.detail, "picture": dict(picture)})

    def _print(self, finding: Finding) -> str:
        return fingerprint(self.job.key, finding.rule, finding.subject)

    def _caption(self, finding: Finding) -> Callable[[datetime, Mark, str], Sequence[str]]:
        office = self.job.config.office

        def lines(at: datetime, mark: Mark, url: str) -> Sequence[str]:
            moment = at.astimezone(office.zone)
            return [
                _plain(finding.title),
                f"页面地址：{_plain(url or finding.page)}",
                f"截图时间：{moment:%Y-%m-%d %H:%M:%S}（{office.timezone}）　检查单位：{_plain(office.name)}",
                f"问题编号：{self._print(finding)}　{_MARKS[mark]}",
            ]

        return lines


def untried_first(
    findings: Iterable[Finding], records: Mapping[str, FindingRecord], site: str, kind: str
) -> list[Finding]:
    """In the given order, but behind the others those for which a run has tried in vain.

    Else a few pages that never show themselves would take every night's tries.
    """

    def failed(finding: Finding) -> bool:
        record = records.get(fingerprint(site, finding.rule, finding.subject))
        noted = None if record is None else record.detail.get(kind)
        return isinstance(noted, Mapping) and bool(noted.get("failed"))

    return sorted(findings, key=failed)


def _by_page(findings: Iterable[Finding]) -> list[tuple[str, list[Finding]]]:
    """The findings of each page, for one load; very many of one page for several."""
    pages: dict[str, list[Finding]] = {}
    for finding in findings:
        pages.setdefault(finding.page, []).append(finding)
    return [
        (page, members[at : at + _AT_ONCE])
        for page, members in pages.items()
        for at in range(0, len(members), _AT_ONCE)
    ]


def _never(findings: Iterable[Finding]) -> frozenset[str]:
    """Hosts and addresses of hijacked targets: nothing of theirs is ever loaded into a picture.

    Where only one address of a host that also serves the site was taken over, that address alone.
    """
    never: set[str] = set()
    for finding in findings:
        if finding.rule == _HIJACKED:
            for url in (finding.target, finding.detail.get("final_url")):
                if isinstance(url, str) and url:
                    never.add(url if _host(url) == _host(finding.page) else _host(url))
    return frozenset(never - {""})


def _words(taken: Taken) -> str:
    if taken.failure is None:
        return _FAILURES["browser"]
    words = _FAILURES[taken.failure]
    return f"截图时{words}" + (f"（{taken.status}）" if taken.status else "")


def _note(judge: Judge, finding: Finding, note: Mapping[str, object]) -> None:
    judge.prove(replace(finding, detail={**finding.detail, "picture": dict(note)}))


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def _plain(text: str) -> str:
    """Without what is not printed: titles come from pages, and marks of direction turn lines about."""
    return "".join(c if c.isprintable() else " " for c in text)
