"""Profiles are data with sources; the catalogue comes through the entry points."""

from __future__ import annotations

from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from govcrawl.model import Check, ColumnType
from govcrawl.rules import CatalogueError, ProfileError, load_catalogue, load_profile, shipped


def test_every_shipped_value_has_a_source() -> None:
    for name in shipped():
        for key, value in load_profile(name).values.items():
            assert value.source, f"{name}: {key} names no document"
            assert isinstance(value.verified, bool)


def test_city_extends_the_nation() -> None:
    city, nation = load_profile("tongliao-2023"), load_profile("national-2019")
    assert set(nation.values) < set(city.values)
    assert city.count(f"days.{ColumnType.NEWS}") == 14
    assert city.basis[0].startswith("《通辽市")


def test_overrides_count_as_the_offices_own() -> None:
    value = load_profile("tongliao-2023", overrides={"home.stale_days": 10})["home.stale_days"]
    assert (value.value, value.verified, value.source) == (10, True, "govcrawl.toml [rules]")
    with pytest.raises(ProfileError, match=r"home\.stale_days"):
        load_profile("tongliao-2023", overrides={"home.stale_day": 10})


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("home.stale_days", "14"),
        ("home.stale_days", 14.5),
        ("home.stale_days", True),
        ("days.动态要闻", "14天"),
        ("deadlines.security", 24),
    ],
)
def test_overrides_of_another_kind_are_refused(key: str, value: float | str | bool) -> None:
    """A type of column whose days can't be read would be judged by nothing, in silence."""
    with pytest.raises(ProfileError, match="同为一类"):
        load_profile("tongliao-2023", overrides={key: value})


def test_a_whole_number_may_stand_for_a_ratio() -> None:
    assert load_profile("tongliao-2023", overrides={"ipv6.links_ratio": 1}).number("ipv6.links_ratio") == 1


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[days]\nx = 3", "应写作"),
        ("[days]\nx = {value = 3}", "source"),
        ('[days]\nx = {value = 3, source = "a", verified = true, sauce = 1}', "sauce"),
        ('extends = "mine.toml"', "互相引用"),
        ('extends = "nowhere"', "没有名为 nowhere"),
        ("a = [", "无法读取"),
        ("days = 3", "应为一个表"),
        (
            'extends = "national-2019"\n[home]\nstale_days = {value = "14", source = "a", verified = true}',
            "同为一类",
        ),
    ],
)
def test_broken_profiles_are_said(text: str, says: str, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ProfileError, match=says):
        load_profile("mine.toml", folder=tmp_path)


def test_values_of_the_wrong_kind() -> None:
    profile = load_profile("tongliao-2023")
    with pytest.raises(TypeError, match=r"deadlines\.security"):
        profile.number("deadlines.security")
    with pytest.raises(KeyError, match=r"nothing\.here"):
        profile["nothing.here"]


def test_catalogue_holds_the_fixed_rules() -> None:
    catalogue = load_catalogue()
    promised = {
        *("home-stale", "column-stale", "column-empty", "column-unreadable", "date-missing"),
        *("columns-not-updated", "columns-long-stale", "columns-blank", "link-broken", "link-hijacked"),
        *("ad-network", "ad-link", "ad-floating", "source-missing", "source-vague"),
        *("ipv6-no-address", "ipv6-unreachable", "ipv6-differs", "ipv6-links-low"),
        *("ipv6-name-servers", "ipv6-outside-resources"),
    }
    assert promised <= set(catalogue.rules)
    for code, rule in catalogue.rules.items():
        assert all((rule.basis, rule.fix, rule.title)), f"{code} lacks basis, fix or title"
        assert type(catalogue.check_of(code)).__doc__, f"{code}: `govcrawl explain` would print nothing"


def test_only_some_checks() -> None:
    assert {check.id for check in load_catalogue().only(["ads", "ipv6"]).checks} == {"ads", "ipv6"}
    with pytest.raises(CatalogueError, match="freshnes"):
        load_catalogue().only(["freshnes"])


class Twin(Check):
    id, title, rules = "ads", "重名", ()


def test_faulty_third_party_checks_are_said() -> None:
    def point(value: str) -> EntryPoint:
        return EntryPoint(name="x", value=value, group="govcrawl.checks")

    with pytest.raises(CatalogueError, match="无法加载"):
        load_catalogue([point("no.such.module:Check")])
    with pytest.raises(CatalogueError, match="不是"):
        load_catalogue([point("pathlib:Path")])
    ads = EntryPoint(name="ads", value="checks.ads:Ads", group="govcrawl.checks")
    with pytest.raises(CatalogueError, match="同名"):
        load_catalogue([ads, point(f"{__name__}:Twin")])
