"""The city's server: each kind of door on real sockets, and what it counts."""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Iterator
from datetime import date

import pytest

from tests.city import CityServer, build
from tests.city.server import has_ipv6

TODAY = date(2026, 11, 25)


@pytest.fixture(scope="module")
def server() -> Iterator[CityServer]:
    with CityServer(build(TODAY)) as running:
        yield running


def at(server: CityServer, name: str, number: int = 0) -> tuple[str, int]:
    host, _, port = server.resolve[name][number].rpartition(":")
    return host.strip("[]"), int(port)


def ask(
    server: CityServer, host: str, path: str = "/", *, method: str = "GET", number: int = 0, **headers: str
) -> tuple[int, bytes, dict[str, str]]:
    connection = http.client.HTTPConnection(*at(server, f"{host}:80", number), timeout=5)
    try:
        fields = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, headers={"Host": host, **fields})
        answer = connection.getresponse()
        return answer.status, answer.read(), {name.lower(): value for name, value in answer.getheaders()}
    finally:
        connection.close()


def test_hosts_on_one_port_are_told_apart(server: CityServer) -> None:
    assert "示例市教育局".encode() in ask(server, "jyj.example.gov.cn")[1]
    assert "示例市人民政府".encode() in ask(server, "www.example.gov.cn")[1]


def test_an_old_site_sends_gb_bytes_and_names_no_charset(server: CityServer) -> None:
    status, body, headers = ask(server, "nmj.example.gov.cn")
    assert status == 200
    assert headers["content-type"] == "text/html"
    assert "示例市农牧局" in body.decode("gb18030")
    assert b"charset=gb2312" in body


def test_what_is_not_there_is_a_404(server: CityServer) -> None:
    assert ask(server, "www.example.gov.cn", "/nothing/here.html")[0] == 404


def test_an_unchanged_page_is_not_sent_again(server: CityServer) -> None:
    tag = ask(server, "www.example.gov.cn")[2]["etag"]
    status, body, _ = ask(server, "www.example.gov.cn", If_None_Match=tag)
    assert (status, body) == (304, b"")


def test_head_has_the_headers_and_no_body(server: CityServer) -> None:
    status, body, headers = ask(server, "www.example.gov.cn", method="HEAD")
    assert (status, body) == (200, b"")
    assert int(headers["content-length"]) > 1000


def test_a_flaky_host_stumbles_once_for_each_address(server: CityServer) -> None:
    assert [ask(server, "flaky.example.net")[0] for _ in range(3)] == [503, 200, 200]
    with pytest.raises(ConnectionResetError):
        ask(server, "flaky.example.net", "/reset.html")
    assert ask(server, "flaky.example.net", "/reset.html")[0] == 200


def test_hosts_that_refuse_robots(server: CityServer) -> None:
    assert ask(server, "waf.example.net")[0] == 403
    assert ask(server, "waf412.example.net")[0] == 412


def test_a_closed_door_refuses(server: CityServer) -> None:
    with pytest.raises(ConnectionRefusedError):
        ask(server, "refused.example.net")


def test_a_broken_door_resets(server: CityServer) -> None:
    with pytest.raises(ConnectionResetError):
        ask(server, "reset.example.net")


def test_a_stalling_door_connects_and_never_answers(server: CityServer) -> None:
    with socket.create_connection(at(server, "stall.example.net:80"), timeout=5) as raw:
        raw.sendall(b"GET /down HTTP/1.1\r\nHost: stall.example.net\r\n\r\n")
        raw.settimeout(0.3)
        with pytest.raises(TimeoutError):
            raw.recv(1)


def test_one_host_breaks_off_the_handshake_and_another_has_a_certificate_of_its_own(
    server: CityServer,
) -> None:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with (
        socket.create_connection(at(server, "secure.example.net:443"), timeout=5) as raw,
        context.wrap_socket(raw, server_hostname="secure.example.net") as secure,
    ):
        assert secure.version() is not None
    with (
        socket.create_connection(at(server, "service.example.net:443"), timeout=5) as raw,
        pytest.raises(ssl.SSLError),
    ):
        context.wrap_socket(raw, server_hostname="service.example.net")


def test_a_calendar_never_ends(server: CityServer) -> None:
    for number in (0, 7, 123456789):
        status, body, _ = ask(server, "slj.example.gov.cn", f"/rl/calendar.html?m={number}")
        assert status == 200
        assert f"m={number * 7 + 6}".encode() in body


@pytest.mark.skipif(not has_ipv6(), reason="[::1] does not work here")
def test_over_ipv6_each_site_is_in_its_own_state(server: CityServer) -> None:
    assert "示例市人民政府".encode() in ask(server, "www.example.gov.cn", number=1)[1]
    assert b"nginx" in ask(server, "wjw.example.gov.cn", number=1)[1]
    assert "改版前".encode() in ask(server, "yangben.example.gov.cn", number=1)[1]
    assert ask(server, "fanli.example.gov.cn", number=1)[0] == 200
    assert ask(server, "fanli.example.gov.cn", "/tzgg/", number=1)[0] == 502
    assert len(server.resolve["nmj.example.gov.cn:80"]) == 1, "a site without AAAA has no IPv6 address"
    with pytest.raises(ConnectionRefusedError):
        ask(server, "jyj.example.gov.cn", number=1)


def test_without_ipv6_no_site_has_an_ipv6_address() -> None:
    with CityServer(build(TODAY), ipv6=False) as server:
        assert not any("[" in address for where in server.resolve.values() for address in where)


def test_requests_are_counted_by_address() -> None:
    with CityServer(build(TODAY)) as server:
        for _ in range(2):
            ask(server, "www.example.org")
        ask(server, "www.example.org", "/other?x=1")
        assert server.asked("http://www.example.org/") == 2
        assert server.asked("http://www.example.org/other?x=1") == 1
        assert server.by_host()["www.example.org"] == 3
