"""The check of links: broken ones, and those whose target was taken over."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar
from urllib.parse import urlsplit

from govcrawl.model import (
    HOST_NOT_REACHABLE,
    Cause,
    Check,
    Context,
    Evidence,
    Finding,
    LinkTarget,
    LinkVerdict,
    Rule,
    Severity,
    SiteReading,
    Verdict,
)

_WORDS = {
    Cause.DNS: "域名无法解析",
    Cause.REFUSED: "服务器拒绝连接",
    Cause.RESET: "连接被中断",
    Cause.TIMEOUT: "访问超时",
    Cause.TLS: "无法建立安全连接",
    Cause.REDIRECT_LOOP: "循环跳转",
    Cause.TOO_MANY_REDIRECTS: "跳转次数过多",
    Cause.SOFT_404: "页面提示内容不存在",
    Cause.EMPTY: "返回空白内容",
    Cause.WRONG_TYPE: "附件地址返回的是错误页面",
}
PART = "link-part-missing"
_NOT_THEIRS = frozenset({Cause.LOCAL, Cause.UNROUTABLE, Cause.FORBIDDEN_ADDRESS})
_PARKED = ("parked", "for-sale", "for sale")
_ELEMENTS = {
    "img": "图片",
    "script": "脚本",
    "link": "样式或图标",
    "iframe": "内嵌页面",
    "video": "视频",
    "audio": "音频",
    "source": "音视频",
}


def words_for(verdict: LinkVerdict) -> str:
    """What happened, in Chinese, for a table cell."""
    if verdict.cause is Cause.HTTP:
        return f"返回 {verdict.status} 错误"
    if verdict.cause is None:
        return "未能访问"
    if verdict.reason.startswith("bad address"):
        return "网址书写有误"
    return _WORDS.get(verdict.cause, str(verdict.cause))


def defang(url: str) -> str:
    """An address that can be read and not clicked (INTERFACES, section 8)."""
    scheme, _, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme.replace('http', 'hxxp')}://{host.replace('.', '[.]')}{slash}{path}"


class DeadLinks(Check):
    """Dead links (链接可用性): does what the site links to still stand, and is it still what it was?

    A link is `link-broken` when two tries that differ in time and connection both failed; one failed try
    alone is only suspected. An answer that speaks of the robot and not of the page (401, 403, 412, 429,
    521 …) is never a dead link: such links are listed apart as not verified. Something of this machine
    that failed (its resolver, its route) blames nobody.

    `link-hijacked`: an address whose page has become gambling or pornography. Linking there is a veto
    item of the national indicators, so it is told at once. A domain that is parked or for sale is a
    problem of the same rule, for it is what comes before.

    A host that answers none of its links is said once, for all of them.

    All places of one address are one finding: a dead link in a template is one, with its number of
    places, the home page named first.

    `link-part-missing`: a link to a part of a page (`#part`) that the page does not have. An advice, and only
    where the office wants it (`[crawl] check_fragments`): a script may make the part when the page is shown.
    """

    id: ClassVar[str] = "dead_links"
    title: ClassVar[str] = "链接可用性"
    rules: ClassVar[tuple[Rule, ...]] = (
        Rule(
            code="link-broken",
            title="链接错误",
            severity=Severity.PROBLEM,
            basis="国办秘函〔2019〕19号“功能设计：可用性”；国办发〔2017〕47号（链接维护）",
            fix="请更正链接地址；目标页面已不存在的，删除该链接或替换为有效内容。位于模板中的，修改一次即可。",
        ),
        Rule(
            code="link-hijacked",
            title="链接指向异常网站",
            severity=Severity.VETO,
            basis="国办秘函〔2019〕19号 单项否决指标“安全、泄密事故等严重问题”（链接反动、暴力、色情等内容）",
            fix="请立即删除该链接，并排查全站同类链接；在处理完成前不要点击该地址。",
        ),
        Rule(
            code=PART,
            title="页内位置不存在",
            severity=Severity.ADVICE,
            basis="网页制作惯例：链接中“#”后的位置应在目标页面上存在（现行检查指标没有规定）",
            fix="请更正链接中“#”后的位置名称，或在目标页面补上该位置。",
        ),
    )

    def link(self, target: LinkTarget, verdict: LinkVerdict, ctx: Context) -> Iterator[Finding]:
        """Broken or hijacked; what could not be verified finds nothing here."""
        if verdict.verdict is Verdict.HIJACKED:
            yield self._hijacked(target, verdict)
        elif self._failed(verdict):
            yield self._broken(target, verdict)

    def site(self, reading: SiteReading, ctx: Context) -> Iterator[Finding]:
        """Parts of pages that are linked to and are not there."""
        for link in reading.parts or ():
            if link.there is False:
                text = f"“{link.text[:40]}”" if link.text else ""
                yield Finding(
                    rule=PART,
                    subject=f"{link.url}#{link.part}",
                    page=link.page,
                    target=f"{link.url}#{link.part}",
                    title=f"页面链接{text}指向的页内位置“#{link.part[:80]}”可能不存在（{link.url}）",
                    certain=False,
                    evidence=link.evidence,
                    occurrences=link.occurrences,
                    more_pages=link.more_pages,
                )

    def undecided(self, reading: SiteReading, ctx: Context) -> Iterator[tuple[str, str]]:
        """Without a look at parts there is no answer; nor for links to pages that were not read whole."""
        if reading.parts is None:
            yield PART, ""
        for link in reading.parts or ():
            if link.there is None:
                yield from ((PART, page) for page in (link.page, *link.more_pages))

    @staticmethod
    def _failed(verdict: LinkVerdict) -> bool:
        if verdict.cause is None or verdict.cause in _NOT_THEIRS or verdict.blocked:
            return False
        return verdict.verdict in {Verdict.BROKEN, Verdict.SUSPECT}

    @staticmethod
    def _broken(target: LinkTarget, verdict: LinkVerdict) -> Finding:
        sure = verdict.verdict is Verdict.BROKEN
        what = _ELEMENTS.get(target.element, "链接")
        where = "首页" if target.on_home else "页面"
        text = f"“{target.text[:40]}”" if target.text else ""
        # Whether it is certain is said by the status, which changes when a person has looked.
        title = f"{where}{what}{text}无法访问：{words_for(verdict)}（{target.url}）"
        subject = target.url
        if verdict.reason == HOST_NOT_REACHABLE:
            host = subject = urlsplit(target.url).netloc
            title = f"网站 {host} 无法访问：{words_for(verdict)}，指向该网站的链接都不能打开"
        return Finding(
            rule="link-broken",
            subject=subject,
            page=target.page,
            target=target.url,
            column=target.column,
            title=title,
            certain=sure,
            detail={**_facts(target, verdict), "retry_after": None if sure else verdict.retry_after},
            evidence=_evidence(target, verdict),
            occurrences=target.occurrences,
            more_pages=tuple(target.more_pages),
            on_home=target.on_home,
            external=target.external,
            seen_at=verdict.tries[0].at if verdict.tries else None,
        )

    @staticmethod
    def _hijacked(target: LinkTarget, verdict: LinkVerdict) -> Finding:
        parked = any(word in verdict.reason for word in _PARKED)
        address = defang(target.url)
        where = "首页" if target.on_home else "页面"
        kind = "已停放或待售的域名" if parked else "赌博、色情等违法内容"
        return Finding(
            rule="link-hijacked",
            subject=target.url,
            page=target.page,
            target=target.url,
            column=target.column,
            severity=Severity.PROBLEM if parked else None,
            title=f"{where}链接“{target.text[:40]}”指向{kind}（{address}）",
            certain=True,
            detail={
                **_facts(target, verdict),
                "kind": "parked" if parked else "unlawful",
                "target_title": verdict.title[:200],
            },
            evidence=_evidence(target, verdict),
            occurrences=target.occurrences,
            more_pages=tuple(target.more_pages),
            on_home=target.on_home,
            external=target.external,
            seen_at=verdict.tries[0].at if verdict.tries else None,
        )


def _facts(target: LinkTarget, verdict: LinkVerdict) -> dict[str, object]:
    return {
        "cause": None if verdict.cause is None else str(verdict.cause),
        "status": verdict.status,
        "reason": verdict.reason or None,
        "final_url": verdict.final_url or None,
        "redirects": verdict.redirects,
        "element": target.element,
        "text": target.text,
        "tries": [attempt.to_json() for attempt in verdict.tries],
    }


def _evidence(target: LinkTarget, verdict: LinkVerdict) -> Evidence:
    return Evidence(
        snippet=target.snippet,
        line=target.line or None,
        selector=target.selector,
        observed=tuple(attempt.at.isoformat(timespec="seconds") for attempt in verdict.tries),
    )
