"""The registry, saved whole and read back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import text
from store_samples import CITY, START, crawl, night, outcome, seen

from govcrawl.model import Registry, Site, SiteStatus, Unit
from govcrawl.store import RegistryRefused, Store
from govcrawl.store.engine import connect, parse_url


def _changes(url: str) -> list[tuple[str, str, str]]:
    engine = connect(parse_url(url))
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT kind, key, change FROM registry_changes ORDER BY id")).all()
    engine.dispose()
    return [(kind, key, change) for kind, key, change in rows]


def test_every_field_comes_back_in_order(store: Store) -> None:
    assert store.registry() == Registry()
    store.save_registry(CITY, now=START)
    assert store.registry() == CITY
    store.save_registry(CITY, now=night(1))
    assert store.registry() == CITY


def test_changes_are_noted(store: Store, url: str) -> None:
    store.save_registry(CITY, now=START)
    added = _changes(url)
    assert len(added) == 6
    assert {change for _, _, change in added} == {"added"}
    store.save_registry(CITY, now=night(1))
    assert _changes(url) == added, "saving the same again is no change"
    renamed = replace(CITY.units[2], name="示例新县人民政府")
    store.save_registry(replace(CITY, units=(*CITY.units[:2], renamed), accounts=()), now=night(2))
    assert _changes(url)[6:] == [("unit", "xc", "changed"), ("account", "jyj-wx", "removed")]


def test_a_site_that_was_inspected_is_closed_never_deleted(store: Store, url: str) -> None:
    store.save_registry(CITY, now=START)
    crawl(store, START, outcome(seen()))
    store.save_registry(Registry(units=CITY.units[2:]), now=night(1))
    after = store.registry()
    assert after.sites == (replace(CITY.sites[0], status=SiteStatus.CLOSED),)
    assert {unit.id for unit in after.units} == {"xc", "zfb", "jyj"}, (
        "papers of the past still name these units"
    )
    assert ("site", "portal", "closed") in _changes(url)
    assert ("site", "jyj", "removed") in _changes(url)
    store.save_registry(CITY, now=night(2))
    assert store.registry() == CITY, "a site may come back"


def test_a_trial_by_address_holds_no_site(store: Store) -> None:
    store.save_registry(CITY, now=START)
    crawl(store, START, outcome(seen()), site="jyj.example.gov.cn", trial=True)
    store.save_registry(Registry(), now=night(1))
    assert store.registry().sites == ()


@pytest.mark.parametrize(
    ("registry", "word"),
    [
        (replace(CITY, units=(*CITY.units, CITY.units[0])), "jyj.*重复"),
        (replace(CITY, sites=CITY.sites * 2), "portal.*重复"),
        (
            replace(
                CITY,
                sites=(*CITY.sites, Site(id="x", name="某网站", unit="none", url="http://x.example.gov.cn/")),
            ),
            "某网站.*none",
        ),
        (replace(CITY, units=(*CITY.units, Unit(id="x", name="某单位", parent="none"))), "某单位.*none"),
        (Registry(sites=CITY.sites), "没有登记"),
    ],
)
def test_nothing_is_saved_by_halves(store: Store, registry: Registry, word: str) -> None:
    store.save_registry(CITY, now=START)
    with pytest.raises(RegistryRefused, match=word):
        store.save_registry(registry, now=night(1))
    assert store.registry() == CITY
