"""An app's back-end host in the run of a site of its unit: whose finding it is, and when it is mended."""

from __future__ import annotations

from typing import Any

from govcrawl.model import Account, FindingRecord, Registry, Site, Status, Unit
from govcrawl.net.connect import Addresses, Endpoint
from tests.spiders.conftest import HOME, Office, SmallSite

API = "api.example.gov.cn"
REGISTRY = Registry(
    units=(Unit(id="zfb", name="示例市人民政府办公室"), Unit(id="dsj", name="示例市大数据局", parent="zfb")),
    sites=(Site(id="portal", name="示例市人民政府", unit="zfb", url=HOME),),
    accounts=(Account(id="tong", unit="dsj", platform="移动客户端", name="示例通", hosts=(API,)),),
)


class WithApp(SmallSite):
    """The API has an IPv4 address, and an IPv6 address where `six` says so; the DNS may fail."""

    six: bool | None = False

    async def addresses(self, host: str, port: int) -> Addresses:
        if host != API or self.six is None:
            return await super().addresses(host, port)
        v6 = (Endpoint("2001:db8::7", port),) if self.six else ()
        return Addresses(host=host, port=port, v4=(Endpoint("192.0.2.7", port),), v6=v6)


def told(office: Office, six: bool | None, night: int, **facts: Any) -> list[FindingRecord]:
    site = WithApp(office.site.pages)
    site.six = six
    office.site = site
    outcome = office.inspect(night=night, registry=REGISTRY, **facts)
    return [record for record in outcome.records if record.account]


def test_it_is_the_apps_units_to_mend_and_lifted_when_it_is(office: Office) -> None:
    (finding,) = told(office, six=False, night=0)
    assert (finding.rule, finding.account, finding.unit, finding.sponsor) == (
        *("ipv6-no-address", "tong"),
        *("dsj", "zfb"),
    )
    assert (finding.site, finding.page, finding.points) == ("portal", f"https://{API}/", None)
    assert told(office, six=None, night=1) == []
    kept = office.store.finding(finding.fingerprint)
    assert kept is not None
    assert kept.status is Status.CONFIRMED, "the DNS did not answer: nothing was seen that was mended"
    assert told(office, six=True, night=2) == []
    kept = office.store.finding(finding.fingerprint)
    assert kept is not None
    assert kept.status is Status.CORRECTED, f"it has an address now, and is still {kept.status}"


def test_a_trial_by_address_asks_no_app(office: Office) -> None:
    assert told(office, six=False, night=0, registered=False) == []


def test_why_an_app_was_not_asked_is_told_once(office: Office) -> None:
    site = WithApp(office.site.pages)
    site.six = True
    office.site = site
    run = office.inspect(registry=REGISTRY).run
    reasons = [item.reason for item in run.not_tested if "ipv6_canary" in item.reason]
    assert len(reasons) == 1, run.not_tested


class Crashing(WithApp):
    """Stands for an answer of the DNS that our own program trips over."""

    async def addresses(self, host: str, port: int) -> Addresses:
        raise ZeroDivisionError(host)


def test_a_probe_that_crashes_ends_no_run_and_blames_nobody(office: Office) -> None:
    office.site = Crashing(office.site.pages)
    outcome = office.inspect(registry=REGISTRY)
    assert not [record for record in outcome.records if record.check == "ipv6"]
    assert ["出错" in item.reason for item in outcome.run.not_tested if item.check == "ipv6"] == [True]
    assert [record for record in outcome.records if record.rule == "link-broken"], "the rest is judged"
