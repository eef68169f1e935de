"""The outbox against a real mail server that takes, refuses, stalls, drops, and asks for a login."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult, LoginPassword

from govcrawl.config import MailConfig
from govcrawl.model import MailState
from govcrawl.office import outbox
from govcrawl.office.outbox import deliver
from govcrawl.store import ActionRefused, Store
from tests.mail_server import serving

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
A, B = "a@example.gov.cn", "b@example.gov.cn"


class Server:
    """What the mail server does; `taken` is what it took."""

    def __init__(self, *, sender: str = "", rcpt: str = "", data: str = "", drop: bool = False) -> None:
        self.taken: list[tuple[list[str], bytes]] = []
        self._sender, self._rcpt, self._data, self._drop = sender, rcpt, data, drop

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if self._sender:
            return self._sender
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if self._rcpt and address == B:
            return self._rcpt
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if self._drop:
            server.transport.abort()
            return "250 never seen"
        if self._data:
            return self._data
        self.taken.append((list(envelope.rcpt_tos), envelope.content))
        return "250 taken"


@contextmanager
def _serving(server: Server, **options: Any) -> Iterator[MailConfig]:
    with serving(server, **options) as port:
        yield MailConfig(host="127.0.0.1", port=port, sender="示例 <wzjg@example.gov.cn>")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path}/office.db", now=NOW) as opened:
        yield opened


def _queue(store: Store, key: str = "notice/2026-001", *recipients: str) -> int:
    content = b"Subject: x\r\n\r\nhello\r\n.a line with a dot\r\n"
    return store.queue_mail(key, recipients or (A,), "通知单", content, now=NOW).id


def _clock(moment: datetime = NOW) -> Callable[[], datetime]:
    return lambda: moment


def _states(store: Store) -> list[MailState]:
    return [mail.state for mail in store.mails()]


def test_what_is_queued_goes_out_once(store: Store) -> None:
    _queue(store)
    _queue(store)  # asked for again: the same mail
    server = Server()
    with _serving(server) as mail:
        assert [one.state for one in deliver(store, mail, "", now=_clock())] == [MailState.SENT]
        assert list(deliver(store, mail, "", now=_clock(NOW + timedelta(days=1)))) == []
    ((recipients, content),) = server.taken
    assert recipients == [A]
    assert b"\r\n.a line with a dot" in content


def test_a_refused_address_refuses_the_whole_mail_for_good(store: Store) -> None:
    _queue(store, "notice/2026-001", A, B)
    server = Server(rcpt="550 no such user")
    with _serving(server) as mail:
        (one,) = deliver(store, mail, "", now=_clock())
    assert one.state is MailState.REFUSED
    assert "b@example.gov.cn：550" in one.error
    assert server.taken == [], "half of the readers must not get it: it could not be sent again"


@pytest.mark.parametrize(
    "server", [Server(rcpt="450 try later"), Server(data="451 try later")], ids=["rcpt", "data"]
)
def test_a_passing_refusal_is_tried_again_ever_later(store: Store, server: Server) -> None:
    _queue(store, "notice/2026-001", A, B)
    waits = []
    moment = NOW
    with _serving(server) as mail:
        for _ in range(4):
            (one,) = deliver(store, mail, "", now=_clock(moment))
            assert one.state is MailState.QUEUED
            assert one.next_try is not None
            assert list(deliver(store, mail, "", now=_clock(moment))) == [], "not due yet"
            waits.append(one.next_try - moment)
            moment = one.next_try
    assert waits == sorted(set(waits)), "each wait is longer than the one before"


def test_a_refused_sender_is_said_to_be_one(store: Store) -> None:
    _queue(store)
    with _serving(Server(sender="550 you may not send from here")) as mail:
        (one,) = deliver(store, mail, "", now=_clock())
    assert (one.state, one.error) == (MailState.REFUSED, "550 you may not send from here")


def test_refused_data_is_final(store: Store) -> None:
    _queue(store)
    with _serving(Server(data="554 spam")) as mail:
        (one,) = deliver(store, mail, "", now=_clock())
    assert (one.state, one.error) == (MailState.REFUSED, "554 spam")


def test_dropped_after_data_is_not_sent_again_by_itself(store: Store) -> None:
    number = _queue(store)
    with _serving(Server(drop=True)) as mail:
        (one,) = deliver(store, mail, "", now=_clock())
        assert one.state is MailState.SENDING
        assert list(deliver(store, mail, "", now=_clock(NOW + timedelta(days=9)))) == []
    server = Server()
    with _serving(server) as mail:
        store.retry_mail(number, now=NOW)  # a person has asked the unit
        assert [one.state for one in deliver(store, mail, "", now=_clock())] == [MailState.SENT]
    with pytest.raises(ActionRefused, match="已经发送"):
        store.retry_mail(number, now=NOW)


def test_a_server_that_gives_no_answer_gets_no_further_mail(store: Store) -> None:
    for number in range(3):
        _queue(store, f"notice/2026-00{number}")
    with _serving(Server(drop=True)) as mail:
        assert len(list(deliver(store, mail, "", now=_clock()))) == 1
    assert _states(store) == [MailState.SENDING, MailState.QUEUED, MailState.QUEUED], (
        "each further mail would have become uncertain, too"
    )


def test_one_address_that_is_put_off_does_not_hold_up_the_others(store: Store) -> None:
    _queue(store, "notice/2026-001", B)
    _queue(store, "notice/2026-002", A)
    server = Server(rcpt="450 try later")
    with _serving(server) as mail:
        told = [one.state for one in deliver(store, mail, "", now=_clock())]
    assert told == [MailState.QUEUED, MailState.SENT]


def test_a_kill_while_sending_leaves_it_shown_and_unsent(store: Store) -> None:
    _queue(store)
    assert store.claim_mail(NOW) is not None  # and here the process is killed
    server = Server()
    with _serving(server) as mail:
        assert list(deliver(store, mail, "", now=_clock(NOW + timedelta(days=1)))) == []
    assert (_states(store), server.taken) == ([MailState.SENDING], [])


def test_a_server_that_is_away_keeps_everything_and_is_asked_once(store: Store) -> None:
    for number in range(3):
        _queue(store, f"notice/2026-00{number}")
    with _serving(Server()) as mail:
        pass
    tried = list(deliver(store, mail, "", now=_clock()))
    assert len(tried) == 1
    assert _states(store) == [MailState.QUEUED] * 3


def test_a_server_that_stalls_ends_at_its_time(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    monkeypatch.setattr(outbox, "_SECONDS", 0.3)
    _queue(store)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        mail = MailConfig(host="127.0.0.1", port=silent.getsockname()[1])
        (one,) = deliver(store, mail, "", now=_clock())
    assert (one.state, "无法连接" in one.error) == (MailState.QUEUED, True)


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_login_over_tls(store: Store, security: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    context = _certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))

    def check(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        known = isinstance(data, LoginPassword) and (data.login, data.password) == (b"office", b"secret")
        return AuthResult(success=known, handled=False)

    server = Server()
    options: dict[str, Any] = {"authenticator": check, "auth_required": True}
    options |= (
        {"ssl_context": context} if security == "tls" else {"tls_context": context, "require_starttls": True}
    )
    if security == "tls":
        options["auth_require_tls"] = (
            False  # the whole connection is inside TLS, which aiosmtpd does not know
        )
    with _serving(server, **options) as plain:
        mail = MailConfig(
            host="localhost", port=plain.port, security=security, username="office", sender=plain.sender
        )
        _queue(store)
        (wrong,) = deliver(store, mail, "guess", now=_clock())
        assert "不接受用户名或密码" in wrong.error
        assert "guess" not in wrong.error, "a password must not be kept"
        (right,) = deliver(store, mail, "secret", now=_clock(NOW + timedelta(days=1)))
    assert right.state is MailState.SENT, right.error


def test_a_certificate_that_nobody_trusts_is_not_believed(store: Store, tmp_path: Path) -> None:
    _queue(store)
    with _serving(Server(), tls_context=_certificate(tmp_path), require_starttls=True) as plain:
        mail = MailConfig(host="localhost", port=plain.port, security="starttls", sender=plain.sender)
        (one,) = deliver(store, mail, "", now=_clock())
    assert (one.state, "安全连接" in one.error) == (MailState.QUEUED, True), one.error


def _certificate(folder: Path) -> ssl.SSLContext:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context


@contextmanager
def _saying(*lines: bytes) -> Iterator[tuple[MailConfig, list[int]]]:
    """A server that answers each line of its guests by the next of its own, and counts its guests."""
    guests: list[int] = []
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                guest, _ = listener.accept()
            except OSError:
                return
            guests.append(1)
            with guest, guest.makefile("rb") as said, suppress(OSError):
                for line in lines:
                    guest.sendall(line + b"\r\n")
                    said.readline()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield (
            MailConfig(host="127.0.0.1", port=listener.getsockname()[1], sender="wzjg@example.gov.cn"),
            guests,
        )
    finally:
        listener.close()


@pytest.mark.parametrize(
    "lines",
    [
        (b"554 no service here",),
        (b"421 too busy",),
        (b"220 hello", b"550 who are you", b"550 who are you"),
        (b"220 hello", b"250 hello", b"421 closing"),
    ],
    ids=["refusing banner", "closing banner", "refused greeting", "closing at the sender"],
)
def test_what_a_server_says_of_itself_refuses_no_mail_and_is_asked_once(
    store: Store, lines: tuple[bytes, ...]
) -> None:
    for number in range(3):
        _queue(store, f"notice/2026-00{number}")
    with _saying(*lines) as (mail, guests):
        list(deliver(store, mail, "", now=_clock()))
    assert _states(store) == [MailState.QUEUED] * 3, "they wait; nobody has to send them by hand"
    assert len(guests) == 1
