"""Sending what the outbox holds, over SMTP (RFC 5321), each mail at most once."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable, Collection, Iterator
from datetime import datetime
from email.utils import parseaddr

from govcrawl.config import MailConfig
from govcrawl.model import Mail
from govcrawl.store import Store

_CLOSING = 421
"""The server ends the connection (RFC 5321, 4.2.3), and would for any other mail."""
_SECONDS = 30.0
"""For each answer of the server."""


class SendError(Exception):
    """Why a mail did not go out, in one Chinese line.

    Attributes:
        permanent: it is not tried again by itself.
        unsure: the server took the whole mail and gave no answer, so that it may have gone out.
        of_server: the server itself failed, and would fail for any other mail too.
    """

    def __init__(
        self, reason: str, *, permanent: bool, unsure: bool = False, of_server: bool = False
    ) -> None:
        super().__init__(reason)
        self.permanent = permanent
        self.unsure = unsure
        self.of_server = of_server or unsure


def deliver(
    store: Store,
    mail: MailConfig,
    password: str,
    *,
    now: Callable[[], datetime],
    ids: Collection[int] | None = None,
) -> Iterator[Mail]:
    """Send what is due, one after another, and yield each as it then stands.

    A server that is away, or that takes a mail and gives no answer, ends the round: the rest stays queued.
    What it refuses of one mail does not. A mail whose end is not known stays `sending`.
    """
    while (claimed := store.claim_mail(now(), ids=ids)) is not None:
        kept, content = claimed
        try:
            send(mail, password, kept.recipients, content)
        except SendError as failure:
            if failure.unsure:
                yield kept
            else:
                yield store.note_mail(kept.id, error=str(failure), permanent=failure.permanent, now=now())
            if failure.of_server:
                return
        else:
            yield store.note_mail(kept.id, error="", permanent=False, now=now())


def send(mail: MailConfig, password: str, recipients: Collection[str], content: bytes) -> None:
    """Hand one message to the server.

    Raises:
        SendError: it did not take it, or did not say whether it did.
    """
    try:
        server = _connected(mail, password)
    except (OSError, smtplib.SMTPException) as error:
        # Whatever it says before a mail is named is about itself: the mail waits, whatever the number.
        failure = _failure(error, mail)
        raise SendError(str(failure), permanent=False, of_server=True) from error
    handed = False
    try:
        code, words = server.mail(parseaddr(mail.sender)[1])
        if code != 250:
            raise smtplib.SMTPResponseException(code, words)
        refused = {}
        for address in recipients:
            code, words = server.rcpt(address)
            if code not in {250, 251}:
                refused[address] = (code, words)
        if refused:
            server.rset()
            raise _refusal(refused)
        handed = True
        code, words = server.data(content)
        if code != 250:
            handed = False
            raise smtplib.SMTPResponseException(code, words)
    except (OSError, smtplib.SMTPException) as error:
        if handed and not isinstance(error, smtplib.SMTPResponseException):
            raise SendError("服务器收下邮件后没有答复，是否送出不明", permanent=False, unsure=True) from error
        raise _failure(error, mail) from error
    finally:
        server.close()


def _connected(mail: MailConfig, password: str) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if mail.security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(mail.host, mail.port, timeout=_SECONDS, context=context)
    else:
        server = smtplib.SMTP(mail.host, mail.port, timeout=_SECONDS)
    try:
        server.ehlo_or_helo_if_needed()
        if mail.security == "starttls":
            server.starttls(context=context)
            server.ehlo()
        if mail.username:
            server.login(mail.username, password)
    except BaseException:
        server.close()
        raise
    return server


def _refusal(refused: dict[str, tuple[int, bytes]]) -> SendError:
    """None gets it where one is refused: a mail that went to half of its readers could not be sent again."""
    told = "；".join(
        f"{address}：{code} {words.decode('utf-8', 'replace')}" for address, (code, words) in refused.items()
    )
    return SendError(f"收件人被拒：{told}", permanent=all(code >= 500 for code, _ in refused.values()))


def _failure(error: Exception, mail: MailConfig) -> SendError:
    if isinstance(error, SendError):
        return error
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return SendError(
            f"邮件服务器不接受用户名或密码（{error.smtp_code}）", permanent=False, of_server=True
        )
    if isinstance(error, smtplib.SMTPResponseException):
        words = (
            error.smtp_error
            if isinstance(error.smtp_error, str)
            else error.smtp_error.decode("utf-8", "replace")
        )
        closing = error.smtp_code == _CLOSING
        return SendError(f"{error.smtp_code} {words}", permanent=error.smtp_code >= 500, of_server=closing)
    where = f"{mail.host}:{mail.port}"
    if isinstance(error, ssl.SSLError):
        return SendError(
            f"与邮件服务器 {where} 的安全连接无法建立：{error.reason or error}",
            permanent=False,
            of_server=True,
        )
    return SendError(f"邮件服务器 {where} 无法连接：{error}", permanent=False, of_server=True)
