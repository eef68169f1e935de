"""Papers as mail: an HTML part with its styles in it, a text part, attachments; as one message of bytes."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.mime.application import MIMEApplication
from email.mime.image import MIMEImage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import format_datetime, formataddr, getaddresses

import css_inline
from lxml import html as lxml_html

from reports.wording import cut, visible

MAX_ATTACHED = 10 * 2**20
"""Bytes of all attachments together; what does not fit is named in a note instead."""
_SUBJECT = 200
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,255}")
_PICTURE = re.compile(r'src="data:image/(jpeg|png);base64,([A-Za-z0-9+/=]+)"')
_TYPES = {
    ".docx": "vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".pdf": "pdf",
}


class AddressError(ValueError):
    """A mail address that can't be used; the message is one Chinese line."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a mail."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Message:
    """A mail, ready to be queued."""

    recipients: tuple[str, ...]
    """Bare addresses for the envelope."""
    subject: str
    content: bytes


def compose(
    *,
    sender: str,
    to: Sequence[str],
    cc: Sequence[str] = (),
    subject: str,
    html: str,
    identity: str,
    moment: datetime,
    attachments: Sequence[Attachment] = (),
) -> Message:
    """A message (RFC 5322) whose Message-ID is made of what it is of, so that a doubled one can be told.

    Args:
        sender: 名称 <address>.
        to: whom it is for.
        cc: who is told.
        subject: in Chinese; line breaks in it become spaces.
        html: a whole document with a style sheet; its styles are put into the elements, for readers that
            drop style sheets. Pictures in it (`data:` of JPEG and PNG) become parts of their own, named by
            Content-ID (RFC 2392), for many readers show no others.
        identity: what it is of and for whom, the same for the same mail.
        moment: of writing, aware.
        attachments: files; those that would make the mail too large are named in a note.

    Raises:
        AddressError: an address is none, or there is no recipient.
    """
    origin = _addresses([sender])[0]
    receivers, copied = _addresses(to), _addresses(cc)
    if not receivers:
        raise AddressError("没有收件地址")
    kept, left = _fitting(attachments)
    body = _with_note(html, left)
    message = MIMEMultipart("mixed")
    message["From"] = _named(origin)
    message["To"] = ", ".join(map(_named, receivers))
    if copied:
        message["Cc"] = ", ".join(map(_named, copied))
    title = cut(visible(" ".join(subject.split())), _SUBJECT)
    message["Subject"] = Header(title, "utf-8").encode()
    message["Date"] = format_datetime(moment)
    message["Message-ID"] = f"<{identity}@{origin[1].partition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    parts = MIMEMultipart("alternative")
    parts.attach(MIMEText(_plain(body), "plain", "utf-8"))
    inliner = css_inline.CSSInliner(keep_style_tags=True, load_remote_stylesheets=False)
    shown, pictures = _with_pictures(body, identity)
    page = MIMEText(inliner.inline(shown), "html", "utf-8")
    if pictures:
        related = MIMEMultipart("related")
        for part in (page, *pictures):
            related.attach(part)
        parts.attach(related)
    else:
        parts.attach(page)
    message.attach(parts)
    for file in kept:
        message.attach(_attached(file))
    recipients = dict.fromkeys(address for _, address in (*receivers, *copied))
    return Message(tuple(recipients), title, message.as_bytes(policy=compat32.clone(linesep="\r\n")))


def checked(address: str) -> str:
    """An address that a mail may go to.

    Raises:
        AddressError: it is none.
    """
    _addresses([address])
    return address


def _addresses(texts: Sequence[str]) -> list[tuple[str, str]]:
    """Names and bare addresses. Nothing that could begin a header of its own passes."""
    for text in texts:
        if any(char in text for char in "\r\n\0"):
            raise AddressError("邮件地址中有换行，不能使用")
    found = getaddresses(list(texts))
    for _, address in found:
        if not _ADDRESS.fullmatch(address):
            raise AddressError(f"不是邮件地址：{cut(visible(address), 60) or '（空）'}")
    return found


def _named(pair: tuple[str, str]) -> str:
    return formataddr(pair, charset="utf-8")


def _fitting(attachments: Sequence[Attachment]) -> tuple[list[Attachment], list[Attachment]]:
    kept: list[Attachment] = []
    left: list[Attachment] = []
    size = 0
    for file in attachments:
        fits = size + len(file.content) <= MAX_ATTACHED
        (kept if fits else left).append(file)
        size += len(file.content) if fits else 0
    return kept, left


def _with_note(html: str, left: Sequence[Attachment]) -> str:
    if not left:
        return html
    tree = lxml_html.document_fromstring(html)
    note = lxml_html.Element("p")
    note.text = f"附件过大，未随信发送：{'、'.join(visible(file.name) for file in left)}，请向检查单位索取。"
    _body(tree).append(note)
    return str(lxml_html.tostring(tree, encoding="unicode", doctype="<!DOCTYPE html>"))


def _with_pictures(html: str, identity: str) -> tuple[str, list[MIMEImage]]:
    """The page with its pictures named by Content-ID, and the pictures."""
    pictures: list[MIMEImage] = []

    def named(found: re.Match[str]) -> str:
        try:
            content = base64.b64decode(found[2], validate=True)
        except ValueError:
            return found[0]
        name = f"{len(pictures) + 1}.{identity}@pictures"
        picture = MIMEImage(content, found[1])
        picture.add_header("Content-ID", f"<{name}>")
        picture.add_header("Content-Disposition", "inline")
        pictures.append(picture)
        return f'src="cid:{name}"'

    return _PICTURE.sub(named, html), pictures


def _plain(html: str) -> str:
    """The text of the page, a line a block, for readers without HTML."""
    tree = lxml_html.document_fromstring(html)
    for element in tree.xpath("//style | //svg | //script"):
        element.drop_tree()
    for element in tree.xpath("//p | //div | //li | //tr | //h1 | //h2 | //h3 | //h4 | //dt | //caption"):
        element.tail = f"\n{element.tail or ''}"
    lines = (" ".join(line.split()) for line in _body(tree).text_content().splitlines())
    return "\n".join(line for line in lines if line) + "\n"


def _body(tree: lxml_html.HtmlElement) -> lxml_html.HtmlElement:
    body = tree.find("body")
    return tree if body is None else body


def _attached(file: Attachment) -> MIMEApplication:
    """An attachment; its Chinese name stands in it by RFC 2231, and by RFC 2047 as Outlook reads it."""
    name = cut(visible("".join("_" if char in '\r\n"\\/' else char for char in file.name)), 150)
    suffix = f".{name.rpartition('.')[2].lower()}"
    part = MIMEApplication(file.content, _TYPES.get(suffix, "octet-stream"))
    part.set_param("name", Header(name, "utf-8", maxlinelen=10_000).encode())
    part.add_header("Content-Disposition", "attachment", filename=("utf-8", "", name))
    return part
