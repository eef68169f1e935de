"""The check of links: what is a finding, how sure, in which words."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from checks.dead_links import DeadLinks, defang
from govcrawl.model import HOST_NOT_REACHABLE, Cause, Context, LinkTarget, LinkVerdict, Severity, Verdict

CHECK = DeadLinks()
URL = "http://old.example.net/a/b"
Make = Callable[..., LinkVerdict]
MakeTarget = Callable[..., LinkTarget]


OURS = {Cause.LOCAL, Cause.UNROUTABLE, Cause.FORBIDDEN_ADDRESS}


@pytest.mark.parametrize("cause", sorted(set(Cause) - OURS))
def test_every_cause_is_told(cause: Cause, target: MakeTarget, verdict: Make, ctx: Context) -> None:
    status = 404 if cause is Cause.HTTP else None
    (finding,) = CHECK.link(target(URL), verdict(URL, Verdict.BROKEN, cause=cause, status=status), ctx)
    assert finding.rule == "link-broken"
    assert finding.certain
    assert finding.detail["cause"] == cause.value
    assert finding.target == URL
    assert "坏链" not in finding.title
    assert len(finding.evidence.observed) == 2, "both tries are part of the evidence"


def test_one_failed_try_is_only_suspected(target: MakeTarget, verdict: Make, ctx: Context) -> None:
    once = verdict(URL, Verdict.SUSPECT, cause=Cause.TIMEOUT, retry_after=120.0)
    (finding,) = CHECK.link(target(URL), once, ctx)
    assert not finding.certain
    assert "疑似" not in finding.title, "the status says so; the title stays when a person confirms it"


@pytest.mark.parametrize(
    ("what", "facts"),
    [
        (Verdict.OK, {}),
        (Verdict.SKIPPED, {}),
        (Verdict.SUSPECT, {"blocked": True, "status": 403, "cause": Cause.HTTP}),
        (Verdict.SUSPECT, {"blocked": True, "status": 412}),
        (Verdict.SUSPECT, {"cause": Cause.LOCAL}),
        (Verdict.SUSPECT, {"cause": Cause.UNROUTABLE}),
        (Verdict.SUSPECT, {"cause": None}),
    ],
)
def test_what_speaks_of_robot_or_machine_blames_nobody(
    what: Verdict, facts: dict[str, object], target: MakeTarget, verdict: Make, ctx: Context
) -> None:
    assert list(CHECK.link(target(URL), verdict(URL, what, **facts), ctx)) == []


def test_hijacked_is_a_veto_and_its_address_is_defanged(
    target: MakeTarget, verdict: Make, ctx: Context
) -> None:
    taken = verdict(URL, Verdict.HIJACKED, reason="gambling: 娱乐城 棋牌", title="某娱乐城")
    (finding,) = CHECK.link(target(URL), taken, ctx)
    assert (finding.rule, finding.severity) == ("link-hijacked", None), "the rule's own severity: veto"
    assert URL not in finding.title
    assert "hxxp://old[.]example[.]net/a/b" in finding.title


@pytest.mark.parametrize("reason", ["parked: 域名停放", "for-sale: 域名出售"])
def test_parked_domain_is_a_problem_not_a_veto(
    reason: str, target: MakeTarget, verdict: Make, ctx: Context
) -> None:
    (finding,) = CHECK.link(target(URL), verdict(URL, Verdict.HIJACKED, reason=reason), ctx)
    assert finding.severity is Severity.PROBLEM


def test_places_are_kept(target: MakeTarget, verdict: Make, ctx: Context) -> None:
    template = target(URL, occurrences=800, more_pages=[f"http://www.example.gov.cn/{n}" for n in range(20)])
    (finding,) = CHECK.link(template, verdict(URL, Verdict.BROKEN, cause=Cause.DNS), ctx)
    assert (finding.occurrences, len(finding.more_pages)) == (800, 20)
    assert finding.page == "http://www.example.gov.cn/"


def test_defang() -> None:
    assert defang("https://a.b.cn/x.html?q=1.2") == "hxxps://a[.]b[.]cn/x.html?q=1.2"
    assert defang("http://a.b.cn") == "hxxp://a[.]b[.]cn"


def test_all_links_of_a_dead_host_are_one_subject(target: MakeTarget, verdict: Make, ctx: Context) -> None:
    def found(url: str, reason: str) -> tuple[str, str]:
        dead = verdict(url, Verdict.BROKEN, cause=Cause.DNS, reason=reason)
        (finding,) = CHECK.link(target(url), dead, ctx)
        return finding.subject, finding.title

    one, title = found("http://gone.example.net/a", HOST_NOT_REACHABLE)
    other, _ = found("http://gone.example.net/b", HOST_NOT_REACHABLE)
    assert one == other
    assert "gone.example.net" in title
    assert found("http://gone.example.net/a", "nxdomain")[0] != one, "a single one stays its own"


def test_an_address_with_a_slip_is_called_so(target: MakeTarget, verdict: Make, ctx: Context) -> None:
    slip = verdict("htttp://www.example.net/", Verdict.BROKEN, cause=Cause.DNS, reason="bad address: scheme")
    (finding,) = CHECK.link(target("htttp://www.example.net/"), slip, ctx)
    assert "网址书写有误" in finding.title
