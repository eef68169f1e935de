"""The check of advertisements: networks, commercial links, floating windows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import ClassVar
from urllib.parse import urlsplit

from checks.ad_exceptions import is_excepted
from checks.ad_filters import AdFilters, Match, shipped_filters
from checks.commercial import Commercial, commercial, is_official
from govcrawl.model import (
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
from govcrawl.pages.addresses import host_of

_RESOURCES = frozenset(
    {"script", "iframe", "frame", "img", "embed", "object", "link", "source", "video", "audio"}
)
_CLICKED = frozenset({"a", "area", "iframe", "frame", "option", "input"})
_ACTIVE = frozenset({"script", "iframe", "frame", "embed", "object", "xhr", "fetch"})
"""What brings in more than itself."""
BY_BROWSER = "browser"
"""`detail["seen_by"]` of findings that a browser alone can see."""
_BASIS = "国办发〔2017〕47号及省级规定：政府网站不得刊登商业广告或链接商业广告页面（依据待核对原文）"


class Ads(Check):
    """Commercial advertisements (商业广告): does the site carry or link to any?

    `ad-network`: the page loads a resource of an advertising network from a third party, by rules in the
    syntax of EasyList: the shipped ones, and those of `govcrawl filters`. A rule that names the host
    proves it; one that hits by a part of the address (`/ads/`) is a hint, for a script or a frame.
    `ad-link`: a link leads to a commercial page (a shop, property, loans, lottery …): by its domain, for
    sure; by the words of the link, the picture and the target's title, as a hint, where they weigh enough
    together. `ad-floating`: the same in a window that floats above the page; it replaces `ad-link`.

    Official sites call their own banners `ad` and `飘窗` too: such names prove nothing, and add weight to
    words only where the link leads to a third party. Statistics (百度统计, CNZZ, 51.la), maps, share
    buttons, search services, 党政机关标识 and 找错 are none; nor are government, schools, state media,
    public services, procurement, channels of payment, judicial sales, and the platforms on which the unit
    has an account. What the office has allowed (`[[ads.exceptions]]`) is no finding.
    """

    id: ClassVar[str] = "ads"
    title: ClassVar[str] = "商业广告"
    rules: ClassVar[tuple[Rule, ...]] = (
        Rule(
            code="ad-network",
            title="加载广告联盟资源",
            severity=Severity.PROBLEM,
            basis=_BASIS,
            fix="请从页面（多为模板）中删除该广告代码；确为统计用途的，改用不投放广告的统计服务。",
        ),
        Rule(
            code="ad-link",
            title="链接商业广告页面",
            severity=Severity.PROBLEM,
            basis=_BASIS,
            fix="请删除该链接。",
        ),
        Rule(
            code="ad-floating",
            title="飘窗链接商业广告",
            severity=Severity.PROBLEM,
            basis=_BASIS,
            fix="请立即关闭该飘窗。",
        ),
    )

    def link(self, target: LinkTarget, verdict: LinkVerdict, ctx: Context) -> Iterator[Finding]:
        """At most one finding for an address."""
        if not host_of(target.url) or not target.third_party or verdict.verdict is Verdict.HIJACKED:
            return
        if is_excepted(target.url, ctx):
            return
        if target.element in _RESOURCES:
            match = network_of(target.url, target.page, target.element, ctx)
            if match is not None:
                yield _network_finding(target, match)
                return
        if target.element not in _CLICKED:
            return
        found = commercial(target, ctx, _named_as_advert(target, ctx)) or _led_to(target, verdict, ctx)
        if found is None:
            return
        what = "飘窗" if target.floating else "链接"
        detail: dict[str, object] = {
            "kind": found.kind,
            "matched": list(found.matched),
            "text": target.text,
        }
        if target.title:
            detail["target_title"] = target.title
        if verdict.final_url and verdict.final_url != target.url:
            detail["final_url"] = verdict.final_url
        if target.by_browser:
            detail["seen_by"] = BY_BROWSER
        yield _finding(
            "ad-floating" if target.floating else "ad-link",
            target,
            subject=target.url,
            title=f"{what}“{target.text[:40]}”指向商业页面（{found.kind}）：{target.url[:120]}",
            certain=found.certain,
            detail=detail,
        )

    def site(self, reading: SiteReading, ctx: Context) -> Iterator[Finding]:
        """What pages asked of advertising networks when a browser showed them."""
        for page in reading.shown:
            seen: set[str] = set()
            for request in page.requests:
                subject = network_subject(request.url)
                if subject in seen or is_excepted(request.url, ctx):
                    continue
                match = network_of(request.url, request.frame, request.kind, ctx)
                if match is None:
                    continue
                seen.add(subject)
                yield Finding(
                    rule="ad-network",
                    subject=subject,
                    page=page.url,
                    target=request.url,
                    column=page.column,
                    title=_network_title(
                        request.url, match, by="" if request.frame == page.url else request.frame
                    ),
                    certain=match.names_host,
                    detail={
                        "network": match.network,
                        "element": request.kind,
                        "filter": match.rule,
                        "frame": request.frame,
                        "seen_by": BY_BROWSER,
                    },
                    on_home=page.on_home,
                    external=True,
                )

    def undecided(self, reading: SiteReading, ctx: Context) -> Iterator[tuple[str, str]]:
        """Pages that a browser told something of, and that none has shown this time."""
        for page in reading.unshown:
            yield from (("ad-network", page), ("ad-link", page), ("ad-floating", page))


def network_of(url: str, page: str, kind: str, ctx: Context) -> Match | None:
    """The rule by which a third party's resource is one of advertisements; None: it is none.

    Args:
        url: of the resource.
        page: the page, or the frame, that loads it.
        kind: the element that names it, or a browser's kind of request.
        ctx: holds the rules (`ad_filters`) and the hosts that are never meant.
    """
    if is_official(host_of(url), ctx):
        return None
    match = filters_of(ctx).matches(url, page, kind, third_party=True)
    if match is None or match.names_host:
        return match
    return match if kind in _ACTIVE else None


def _led_to(target: LinkTarget, verdict: LinkVerdict, ctx: Context) -> Commercial | None:
    """What a link to a third party was redirected to, where that is commercial by its domain: a hint.

    It may lead elsewhere for another visitor, or tomorrow: a person has to look.
    """
    final = host_of(verdict.final_url)
    if not final or final == host_of(target.url) or is_official(host_of(target.url), ctx):
        return None
    if is_excepted(verdict.final_url, ctx):
        return None
    found = commercial(replace(target, url=verdict.final_url, text="", title=""), ctx)
    return None if found is None else replace(found, certain=False)


def _named_as_advert(target: LinkTarget, ctx: Context) -> tuple[str, ...]:
    """Names by which the page calls the place of a link an advertisement, as the rules know them."""
    if (advert := target.advert) is None:
        return ()
    filters = filters_of(ctx)
    names = filters.hides(advert.classes, advert.ids, target.page)
    if advert.picture and filters.matches(advert.picture, target.page, "img") is not None:
        names = (*names, urlsplit(advert.picture).path[:80])
    return names


def filters_of(ctx: Context) -> AdFilters:
    """The rules in force: with the office's own lists, else the shipped ones."""
    filters: AdFilters | None = ctx.options.get("ad_filters")
    return shipped_filters() if filters is None else filters


def network_subject(url: str) -> str:
    """What a network's resource is known by over runs: host and path; the rest is new at each visit."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}{parts.path}"


def _network_finding(target: LinkTarget, match: Match) -> Finding:
    return _finding(
        "ad-network",
        target,
        subject=network_subject(target.url),
        title=_network_title(target.url, match),
        certain=match.names_host,
        detail={"network": match.network, "element": target.element, "filter": match.rule},
    )


def _network_title(url: str, match: Match, by: str = "") -> str:
    """The sentence of a finding; `by` is the address of a frame in the page, where that asked for it."""
    who = f"页面（经页内框架 {by[:80]}）" if by else "页面"
    if match.names_host:
        return f"{who}加载广告联盟“{match.network}”的资源（{url[:120]}）"
    return f"{who}加载的第三方资源疑似广告（{url[:120]}）"


def _finding(
    rule: str, target: LinkTarget, *, subject: str, title: str, certain: bool, detail: Mapping[str, object]
) -> Finding:
    return Finding(
        rule=rule,
        subject=subject,
        page=target.page,
        target=target.url,
        column=target.column,
        title=title,
        certain=certain,
        detail=detail,
        evidence=Evidence(snippet=target.snippet, line=target.line or None, selector=target.selector),
        occurrences=target.occurrences,
        more_pages=tuple(target.more_pages),
        on_home=target.on_home,
        external=True,
    )
