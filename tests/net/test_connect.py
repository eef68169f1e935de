"""Addresses that must not be asked, overrides, and what the resolver remembers."""

from __future__ import annotations

import asyncio

import pytest

from govcrawl.config import ConfigError
from govcrawl.model import Cause
from govcrawl.net.connect import Endpoint, Overrides, forbidden, literal
from govcrawl.net.resolver import LookupFailed, NoAddress, NoSuchName, Resolver

FORBIDDEN = [
    "0.0.0.0",
    "10.1.2.3",
    "100.64.0.1",
    "100.100.100.200",
    "127.0.0.1",
    "127.255.255.254",
    "168.63.129.16",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.192",
    "192.168.0.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::a00:1",
    "64:ff9b:1::1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "2001:db8::1",
    "2002:a00:1::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "",
    "www.example.com",
]
PUBLIC = [
    "1.1.1.1",
    "172.15.0.1",
    "172.32.0.1",
    "192.169.0.1",
    "223.5.5.5",
    "2400:3200::1",
    "2002:101:101::1",
    "64:ff9b::101:101",
    "::ffff:1.1.1.1",
]


@pytest.mark.parametrize("ip", FORBIDDEN)
def test_forbidden(ip: str) -> None:
    assert forbidden(ip), f"{ip} would be asked"


@pytest.mark.parametrize("ip", PUBLIC)
def test_public(ip: str) -> None:
    assert not forbidden(ip), f"{ip} is an address like any other"


@pytest.mark.parametrize(
    ("host", "ip"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("2130706433", "127.0.0.1"),
        ("0x7f000001", "127.0.0.1"),
        ("0x7f.1", "127.0.0.1"),
        ("0177.0.0.1", "127.0.0.1"),
        ("127.1", "127.0.0.1"),
        ("::1", "::1"),
        ("www.example.com", None),
        ("12306.cn", None),
        ("a.b", None),
        ("face", None),
        ("", None),
        ("999999999999", None),
    ],
)
def test_hosts_of_digits(host: str, ip: str | None) -> None:
    assert literal(host) == ip


def test_overrides_are_all_that_is_known_of_a_host() -> None:
    overrides = Overrides(
        {"WWW.Example.gov.cn:80": ["127.0.0.1:8080", "[::1]:8081"], "[::1]:80": ["[::1]:1"]}
    )
    found = overrides.find("www.example.gov.cn.", 80)
    assert found is not None
    assert (found.v4, found.v6) == ((Endpoint("127.0.0.1", 8080),), (Endpoint("::1", 8081),))
    assert (found.overridden, found.error) == (True, None)
    other = overrides.find("www.example.gov.cn", 443)
    assert other is not None
    assert (other.error, other.reason, other.v6_known) == (Cause.LOCAL, "port not listed", False)
    assert overrides.find("other.example.gov.cn", 80) is None
    assert "::1" in overrides
    assert "example.gov.cn" not in overrides


@pytest.mark.parametrize(
    "entries",
    [
        {"www.example.gov.cn": ["127.0.0.1:80"]},
        {"www.example.gov.cn:http": ["127.0.0.1:80"]},
        {"www.example.gov.cn:80": ["127.0.0.1"]},
        {"www.example.gov.cn:80": ["other.example.gov.cn:80"]},
        {"www.example.gov.cn:80": ["127.0.0.1:99999"]},
        {"www.example.gov.cn:0": ["127.0.0.1:80"]},
        {"www.example.gov.cn:80": ["::1"]},
        {"www.example.gov.cn:80": []},
        {":80": ["127.0.0.1:80"]},
    ],
)
def test_bad_overrides_are_named(entries: dict[str, list[str]]) -> None:
    with pytest.raises(ConfigError) as raised:
        Overrides(entries)
    message = str(raised.value)
    assert next(iter(entries)) in message
    assert "\n" not in message


class Dns:
    """A DNS that counts, and answers from a table."""

    def __init__(self, **answers: list[str] | type[Exception]) -> None:
        self.answers = answers
        self.asked: list[tuple[str, int]] = []

    async def __call__(self, host: str, family: int) -> list[str]:
        if host.endswith(".example"):
            raise NoSuchName(host)
        self.asked.append((host, family))
        answer = self.answers.get(f"{host.partition('.')[0]}{family}", NoSuchName)
        await asyncio.sleep(0)
        if isinstance(answer, list):
            return answer
        raise answer(host)


def test_a_name_is_asked_once_however_many_want_it() -> None:
    dns = Dns(www4=["203.0.113.5"], www6=NoAddress)

    async def run() -> None:
        resolver = Resolver(Overrides(), allow_private=True, lookup=dns)
        found = await asyncio.gather(*(resolver.addresses("www.example.com", 80) for _ in range(20)))
        assert {end for each in found for end in each.all} == {Endpoint("203.0.113.5", 80)}
        again = await resolver.addresses("WWW.example.com.", 8080)
        assert again.all == (Endpoint("203.0.113.5", 8080),)

    asyncio.run(run())
    assert dns.asked == [("www.example.com", 4), ("www.example.com", 6)]


def test_good_answers_are_kept_longer_than_failures() -> None:
    dns = Dns(www4=["203.0.113.5"], www6=NoAddress, bad4=LookupFailed, bad6=LookupFailed)
    now = 0.0

    async def run() -> list[int]:
        nonlocal now
        resolver = Resolver(Overrides(), allow_private=True, lookup=dns, monotonic=lambda: now)
        counts = []
        for moment in (0.0, 20.0, 40.0, 500.0, 700.0):
            now = moment
            await resolver.addresses("www.example.com", 80)
            await resolver.addresses("bad.example.com", 80)
            counts.append(len(dns.asked))
        resolver.forget("www.example.com")
        await resolver.addresses("www.example.com", 80)
        return [*counts, len(dns.asked)]

    assert asyncio.run(run()) == [4, 4, 6, 8, 12, 14]


@pytest.mark.parametrize(
    ("answers", "error", "reason", "v6_known"),
    [
        ({"www4": ["1.1.1.1"], "www6": ["2400:3200::1"]}, None, "", True),
        ({"www4": ["1.1.1.1"], "www6": NoAddress}, None, "", True),
        ({"www4": ["1.1.1.1"], "www6": LookupFailed}, None, "", False),
        ({"www4": ["127.0.0.1"], "www6": NoAddress}, Cause.FORBIDDEN_ADDRESS, "forbidden address", True),
        (
            {"www4": ["1.1.1.1", "10.0.0.1"], "www6": NoAddress},
            Cause.FORBIDDEN_ADDRESS,
            "forbidden address",
            True,
        ),
        ({"www4": ["1.1.1.1"], "www6": ["::1"]}, Cause.FORBIDDEN_ADDRESS, "forbidden address", True),
        ({"www4": NoAddress, "www6": NoAddress, "a4": ["1.1.1.1"]}, Cause.DNS, "no address", True),
        ({"a4": ["1.1.1.1"]}, Cause.DNS, "nxdomain", True),
        ({"a6": ["2400:3200::1"]}, Cause.DNS, "nxdomain", True),
        ({}, Cause.LOCAL, "resolver", False),
        ({"www4": LookupFailed, "www6": NoSuchName, "a4": ["1.1.1.1"]}, Cause.LOCAL, "resolver", False),
    ],
)
def test_what_the_dns_says(
    answers: dict[str, list[str] | type[Exception]], error: Cause | None, reason: str, v6_known: bool
) -> None:
    async def run() -> None:
        found = await Resolver(Overrides(), lookup=Dns(**answers)).addresses("www.example.com", 80)
        assert (found.error, found.reason, found.v6_known) == (error, reason, v6_known)
        assert found.nxdomain == (reason == "nxdomain")
        assert bool(found.all) == (error is None)

    asyncio.run(run())


def test_control_hosts_prove_the_resolver_in_place_of_known_names() -> None:
    async def run(*names: str) -> Cause | None:
        dns = Dns(control4=["1.1.1.1"])
        overrides = Overrides({"listed.example.org:80": ["127.0.0.1:1"]})
        return (
            await Resolver(overrides, lookup=dns, known_names=names).addresses("gone.example.com", 80)
        ).error

    assert asyncio.run(run("control.example.org")) is Cause.DNS
    assert asyncio.run(run("other.example.org")) is Cause.LOCAL
    assert asyncio.run(run("listed.example.org")) is Cause.LOCAL, "an override proves nothing about the DNS"
