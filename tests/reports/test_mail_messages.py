"""Mails as bytes: what a mail program makes of them, and what hostile text can't do in them."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message as Parsed

import pytest

from reports.mail import MAX_ATTACHED, AddressError, Attachment, Message, compose

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
PAGE = """<!DOCTYPE html><html><head><style>p.answer { color: #a3161f; }</style></head>
<body><h1>整改通知单</h1><p class="answer">有 2 个问题需要整改。</p>
<table><tr><td>一</td><td>二</td></tr></table></body></html>"""


def _mail(**changes: object) -> Message:
    values = {
        "sender": "示例市政府办公室 <wzjg@example.gov.cn>",
        "to": ["教育局 <a@jyj.example.gov.cn>"],
        "subject": "示例市政府网站整改通知单（编号:2026-012）",
        "html": PAGE,
        "identity": "notice-2026-012-abc",
        "moment": NOW,
    }
    return compose(**(values | changes))


def _parsed(mail: Message) -> Parsed:
    return message_from_bytes(mail.content)


def _part(mail: Message, kind: str) -> str:
    part = next(part for part in _parsed(mail).walk() if part.get_content_type() == kind)
    return part.get_payload(decode=True).decode("utf-8")


def test_headers_and_envelope() -> None:
    mail = _mail(cc=["b@example.gov.cn", "a@jyj.example.gov.cn"])
    parsed = _parsed(mail)
    assert mail.recipients == ("a@jyj.example.gov.cn", "b@example.gov.cn"), "each address once"
    assert str(make_header(decode_header(parsed["Subject"]))) == "示例市政府网站整改通知单（编号:2026-012）"
    assert parsed["Message-ID"] == "<notice-2026-012-abc@example.gov.cn>"
    assert "教育局" in str(make_header(decode_header(parsed["To"])))
    assert parsed["Bcc"] is None
    assert b"\r\n" in mail.content
    assert b"\n" not in mail.content.replace(b"\r\n", b""), "every line ends as RFC 5322 wants it"
    assert mail.content.isascii(), "no server needs 8BITMIME or SMTPUTF8 for it"


def test_styles_stand_in_the_elements_and_a_text_part_is_there() -> None:
    mail = _mail()
    assert 'style="color: #a3161f' in _part(mail, "text/html")
    assert _part(mail, "text/plain").splitlines() == ["整改通知单", "有 2 个问题需要整改。", "一二"]


def test_attachments_bear_their_chinese_names_in_both_ways() -> None:
    mail = _mail(attachments=[Attachment("整改反馈表.xlsx", b"PK123")])
    part = next(part for part in _parsed(mail).walk() if part.get_filename())
    assert part.get_filename() == "整改反馈表.xlsx", "RFC 2231"
    assert str(make_header(decode_header(part.get_param("name")))) == "整改反馈表.xlsx", (
        "RFC 2047, for Outlook"
    )
    assert part.get_payload(decode=True) == b"PK123"
    assert part.get_content_type().endswith("spreadsheetml.sheet")


def test_what_is_too_large_is_named_instead() -> None:
    mail = _mail(attachments=[Attachment("小.xlsx", b"1"), Attachment("截图.zip", b"x" * (MAX_ATTACHED + 1))])
    names = [part.get_filename() for part in _parsed(mail).walk() if part.get_filename()]
    assert names == ["小.xlsx"]
    assert "截图.zip" in _part(mail, "text/html")
    assert "截图.zip" in _part(mail, "text/plain")


@pytest.mark.parametrize(
    "text",
    [
        "标题\r\nBcc: everybody@example.com",
        "标题\nX-Evil: 1",
        "a\x00b\u202ec",
        "长" * 5000,
        "=?utf-8?q?x=0d=0aBcc:_e@x?=",
    ],
)
def test_no_text_becomes_a_header(text: str) -> None:
    mail = _mail(subject=text, attachments=[Attachment(text, b"1")])
    parsed = _parsed(mail)
    allowed = {
        "from",
        "to",
        "subject",
        "date",
        "message-id",
        "auto-submitted",
        "content-type",
        "mime-version",
    }
    assert {name.lower() for name in parsed.keys()} <= allowed  # noqa: SIM118 (a Message is no dictionary)
    assert len(parsed.get_all("Subject")) == 1


@pytest.mark.parametrize(
    "address",
    ["", "nobody", "a@b@c", "a@example.com\r\nBcc: x@y.z", "a b@example.com", "<>", "a@例子.中国"],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(AddressError):
        _mail(to=[address])


def test_a_mail_to_nobody_is_refused() -> None:
    with pytest.raises(AddressError, match="没有收件地址"):
        _mail(to=[])


def test_the_same_mail_has_the_same_id() -> None:
    assert (
        _parsed(_mail())["Message-ID"]
        == _parsed(_mail(moment=datetime(2026, 12, 1, tzinfo=UTC)))["Message-ID"]
    )


JPEG = b"\xff\xd8\xff\xe0" + b"picture" * 20


def test_pictures_of_the_page_are_parts_named_by_content_id() -> None:
    data = base64.b64encode(JPEG).decode()
    page = PAGE.replace("</body>", f'<img src="data:image/jpeg;base64,{data}" alt="截图" width="480"></body>')
    mail = _mail(html=page, attachments=[Attachment("整改反馈表.xlsx", b"PK123")])
    (picture,) = [part for part in _parsed(mail).walk() if part.get_content_type() == "image/jpeg"]
    assert picture.get_payload(decode=True) == JPEG
    name = str(picture["Content-ID"]).strip("<>")
    assert f'src="cid:{name}"' in _part(mail, "text/html")
    assert "data:image" not in _part(mail, "text/html")
    assert picture["Content-Disposition"] == "inline"
    kinds = [part.get_content_type() for part in _parsed(mail).walk() if part.is_multipart()]
    assert kinds == ["multipart/mixed", "multipart/alternative", "multipart/related"]


def test_a_mail_without_pictures_has_no_part_for_them() -> None:
    broken = PAGE.replace("</body>", '<img src="data:image/jpeg;base64,@@@"></body>')
    for page in (PAGE, broken):
        kinds = [part.get_content_type() for part in _parsed(_mail(html=page)).walk() if part.is_multipart()]
        assert kinds == ["multipart/mixed", "multipart/alternative"]
