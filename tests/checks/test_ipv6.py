"""The check of IPv6: what was not tested finds nothing."""

from __future__ import annotations

from typing import Any

import pytest

from checks.ipv6 import Ipv6
from govcrawl.model import Context, Ipv6Reading, Ipv6State, SiteReading

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


@pytest.mark.parametrize(
    ("facts", "open_rules"),
    [
        ({}, {"ipv6-no-address", "ipv6-unreachable", "ipv6-differs", "ipv6-links-low"}),
        (
            {"has_address": UNTESTED},
            {"ipv6-no-address", "ipv6-unreachable", "ipv6-differs", "ipv6-links-low"},
        ),
        ({"has_address": NO}, set()),
        ({"has_address": YES}, {"ipv6-unreachable", "ipv6-differs", "ipv6-links-low"}),
        ({"has_address": YES, "reachable": NO}, {"ipv6-differs", "ipv6-links-low"}),
        ({"has_address": YES, "reachable": YES, "similarity": 0.9, "links_tested": 3}, set()),
    ],
)
def test_what_was_not_probed_lifts_no_earlier_finding(
    facts: dict[str, Any], open_rules: set[str], ctx: Context
) -> None:
    probe = Ipv6Reading(url=HOME, **facts) if facts else None
    reading = SiteReading(url=HOME, home=None, ipv6=probe)
    assert {rule for rule, _ in CHECK.undecided(reading, ctx)} == open_rules


def test_numbers_that_nobody_verified_only_raise_a_suspicion(ctx: Context) -> None:
    probe = Ipv6Reading(
        url=HOME, has_address=YES, reachable=YES, similarity=0.4, links_tested=20, links_reachable=2
    )
    found = list(CHECK.site(SiteReading(url=HOME, home=None, ipv6=probe), ctx))
    assert [(finding.rule, finding.certain) for finding in found] == [
        ("ipv6-differs", ctx.profile["ipv6.similarity"].verified),
        ("ipv6-links-low", ctx.profile["ipv6.links_ratio"].verified),
    ]
