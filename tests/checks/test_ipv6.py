"""The check of IPv6: what was not tested finds nothing."""

from __future__ import annotations

from typing import Any

import pytest

from checks.ipv6 import Ipv6
from govcrawl.model import (
    Context,
    Ipv6Reading,
    Ipv6State,
    NameServer,
    PortReading,
    SiteReading,
    ZoneReading,
)

CHECK = Ipv6()
HOME = "http://www.example.gov.cn/"
YES, NO, UNTESTED = Ipv6State.YES, Ipv6State.NO, Ipv6State.NOT_TESTED


def found(ctx: Context, **facts: Any) -> list[str]:
    probe = Ipv6Reading(url=HOME, **facts) if facts else None
    return [finding.rule for finding in CHECK.site(SiteReading(url=HOME, home=None, ipv6=probe), ctx)]


@pytest.mark.parametrize(
    ("facts", "rules"),
    [
        ({}, []),
        ({"has_address": UNTESTED, "reason": "域名解析失败"}, []),
        ({"has_address": NO}, ["ipv6-no-address"]),
        ({"has_address": YES, "reachable": UNTESTED, "reason": "没有路由"}, []),
        ({"has_address": YES, "reachable": NO, "status6": 502}, ["ipv6-unreachable"]),
        ({"has_address": YES, "reachable": YES}, []),
        ({"has_address": YES, "reachable": YES, "similarity": 0.95}, []),
        ({"has_address": YES, "reachable": YES, "similarity": 0.4}, ["ipv6-differs"]),
        ({"has_address": YES, "reachable": YES, "links_tested": 20, "links_reachable": 17}, []),
        (
            {"has_address": YES, "reachable": YES, "links_tested": 20, "links_reachable": 16},
            ["ipv6-links-low"],
        ),
        ({"has_address": YES, "reachable": YES, "links_tested": 0, "links_reachable": 0}, []),
    ],
)
def test_table(facts: dict[str, Any], rules: list[str], ctx: Context) -> None:
    assert found(ctx, **facts) == rules


def test_unreachable_is_not_told_twice(ctx: Context) -> None:
    """An unreachable home page is not also called different, nor its links few."""
    facts: dict[str, Any] = {"similarity": 0.1, "links_tested": 20, "links_reachable": 0}
    assert found(ctx, has_address=YES, reachable=NO, **facts) == ["ipv6-unreachable"]


ROUTED = {"ipv6-unreachable", "ipv6-differs", "ipv6-links-low"}
ALL = ROUTED | {"ipv6-no-address", "ipv6-outside-resources", "ipv6-name-servers"}
ZONE = ZoneReading(
    zone="example.gov.cn",
    servers=(NameServer(name="ns1.example.net", addresses=("2001:db8::1",), answers=YES),) * 2,
)


@pytest.mark.parametrize(
    ("facts", "open_rules"),
    [
        ({}, ALL),
        ({"has_address": UNTESTED}, ALL),
        ({"has_address": UNTESTED, "zone": ZONE}, ALL - {"ipv6-name-servers"}),
        ({"has_address": NO, "zone": ZONE}, set()),
        ({"has_address": YES, "zone": ZONE}, ROUTED | {"ipv6-outside-resources"}),
        ({"has_address": YES, "zone": ZONE, "outside_tested": 0}, ROUTED),
        (
            {"has_address": YES, "zone": ZONE, "outside_tested": 0, "reachable": NO},
            {"ipv6-differs", "ipv6-links-low"},
        ),
        (
            {
                "has_address": YES,
                "zone": ZONE,
                "outside_tested": 0,
                "reachable": YES,
                "similarity": 0.9,
                "links_tested": 3,
            },
            set(),
        ),
        (
            {
                "has_address": YES,
                "zone": ZONE,
                "outside_tested": 0,
                "reachable": YES,
                "similarity": 0.4,
                "steadiness": 0.5,
                "links_tested": 3,
            },
            {"ipv6-differs"},
        ),
    ],
)
def test_what_was_not_probed_lifts_no_earlier_finding(
    facts: dict[str, Any], open_rules: set[str], ctx: Context
) -> None:
    probe = Ipv6Reading(url=HOME, **facts) if facts else None
    reading = SiteReading(url=HOME, home=None, ipv6=probe)
    assert {rule for rule, _ in CHECK.undecided(reading, ctx)} == open_rules


def zone(*answers: Ipv6State | None, name: str = "example.gov.cn") -> ZoneReading:
    """Name servers by what they answer over IPv6; None: without an address."""
    servers = (
        NameServer(name=f"ns{n}.example.net")
        if answer is None
        else NameServer(name=f"ns{n}.example.net", addresses=("2001:db8::1",), answers=answer)
        for n, answer in enumerate(answers)
    )
    return ZoneReading(zone=name, servers=tuple(servers))


@pytest.mark.parametrize(
    ("named", "told"),
    [
        (zone(YES, YES), False),
        (zone(YES, YES, None), False),
        (zone(UNTESTED, UNTESTED), False),
        (zone(None, None), True),
        (zone(YES, None), True),
        (zone(YES, YES, NO), True),
        (zone(None, None, name="gov.cn"), False),
        (zone(), False),
    ],
)
def test_name_servers_are_told_to_the_head_of_their_zone(
    named: ZoneReading, told: bool, ctx: Context
) -> None:
    rules = found(ctx, has_address=YES, zone=named)
    assert rules == (["ipv6-name-servers"] if told else [])


def test_a_port_that_is_shut_over_ipv6_is_a_fact(ctx: Context) -> None:
    shut = PortReading(port=443, open4=YES, open6=NO, tls4=YES)
    probe = Ipv6Reading(url=HOME, has_address=YES, reachable=YES, similarity=1.0, ports=(shut,))
    (finding,) = CHECK.site(SiteReading(url=HOME, home=None, ipv6=probe), ctx)
    assert (finding.rule, finding.certain) == ("ipv6-differs", True)
    assert "443" in finding.title
    for port in (
        PortReading(port=443, open4=NO, open6=NO),
        PortReading(port=443, open4=YES, open6=UNTESTED),
        PortReading(port=443, open4=NO, open6=YES, tls6=YES),
        PortReading(port=443, open4=YES, open6=YES, tls4=NO, tls6=NO),
    ):
        assert found(ctx, has_address=YES, reachable=YES, ports=(port,)) == [], port


def test_marks_that_every_site_must_carry_are_no_hole(ctx: Context) -> None:
    hosts = ("dcs.conac.cn", "zfwzgl.www.gov.cn", "img.cdn.example.net")
    probe = Ipv6Reading(url=HOME, has_address=YES, outside_tested=3, outside_without=hosts)
    (finding,) = CHECK.site(SiteReading(url=HOME, home=None, ipv6=probe), ctx)
    assert finding.detail["hosts"] == ["img.cdn.example.net"]
    assert found(ctx, has_address=YES, outside_tested=2, outside_without=hosts[:2]) == []


@pytest.mark.parametrize(("good", "rules"), [(3, []), (2, []), (1, ["ipv6-unreachable"])])
def test_one_visit_that_failed_is_nothing(good: int, rules: list[str], ctx: Context) -> None:
    probe = Ipv6Reading(url=HOME, has_address=YES, reachable=YES, visits=3, visits_good=good)
    told = list(CHECK.site(SiteReading(url=HOME, home=None, ipv6=probe), ctx))
    assert [finding.rule for finding in told] == rules
    assert not any(finding.certain for finding in told), "what answers now and then is a suspicion"


def test_numbers_that_nobody_verified_only_raise_a_suspicion(ctx: Context) -> None:
    probe = Ipv6Reading(
        url=HOME, has_address=YES, reachable=YES, similarity=0.4, links_tested=20, links_reachable=2
    )
    found = list(CHECK.site(SiteReading(url=HOME, home=None, ipv6=probe), ctx))
    assert [(finding.rule, finding.certain) for finding in found] == [
        ("ipv6-differs", ctx.profile["ipv6.similarity"].verified),
        ("ipv6-links-low", ctx.profile["ipv6.links_ratio"].verified),
    ]
