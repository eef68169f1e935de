"""From the bytes of a page to its characters, whatever it declares.

Many government pages declare one encoding and send another: GB2312 is declared where the bytes hold
characters that only GBK or GB 18030 has, or where the page was saved as UTF-8 long ago. So what the
bytes *are* is asked before what the page *says*: a byte order mark, then strict UTF-8 (Chinese text in
another encoding practically never passes as UTF-8), then what was declared, then GB 18030.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from bs4.dammit import EncodingDetector

MAX_BYTES = 4 * 1024 * 1024
"""What is read of a page, in bytes: no page that a person reads is longer, and a trap is."""

_HEAD = 4096
"""Bytes in which a declaration is looked for: the HTML standard says 1024, real heads are longer."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

# Labels that are believed, with the codec that reads them. GB 18030 is a superset of GBK, which is one of
# GB2312. Labels of single-byte encodings are left out: they fit any bytes, and servers send them by default.
_CODECS = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "gb2312": "gb18030",
    "gb_2312-80": "gb18030",
    "gb2312-80": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "cp936": "gb18030",
    "ms936": "gb18030",
    "windows-936": "gb18030",
    "gb18030": "gb18030",
    "hz-gb-2312": "hz",
    "big5": "big5hkscs",
    "big5-hkscs": "big5hkscs",
    "x-x-big5": "big5hkscs",
    "utf-16": "utf-16-le",
    "utf-16le": "utf-16-le",
    "utf-16be": "utf-16-be",
    "unicode": "utf-16-le",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "euc-jp": "euc_jp",
    "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949",
    "windows-1251": "cp1251",
    "koi8-r": "koi8_r",
}

# All are for bytes in lower case: to search without regard to case takes ten times as long.
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([a-z0-9_\-]{2,30})")
_XML_ENCODING = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([a-z0-9_\-]{2,30})")
_META = re.compile(rb"<meta\b[^>]{0,500}")

_GUESSED = 64 * 1024
_DAMAGE = 0.1
"""Share of characters beyond ASCII that may be broken in a page that is still taken as UTF-8 or GB 18030:
titles are often cut by bytes, in the middle of a character. In the other encoding nearly all would be."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """The characters of a page."""

    text: str
    encoding: str
    """What the bytes were read as: utf-8, gb18030, big5hkscs, utf-16-le …"""
    declared: str | None
    """What the page's meta tag says (else the HTTP header), in lower case; None: nothing."""


def decode(body: bytes, content_type: str = "") -> Decoded:
    """Read at most MAX_BYTES bytes as text; `content_type` is the HTTP header's value. Never raises."""
    body = body[:MAX_BYTES]
    said = _declarations(body, content_type)
    declared = said[0] if said else None
    for mark, codec in _BOMS:
        if body.startswith(mark):
            return _result(body[len(mark) :].decode(codec, "replace"), codec, declared)
    if wide := _unmarked_utf16(body):
        return _result(body.decode(wide, "replace"), wide, declared)
    for codec in ("utf-8", *(_CODECS[name] for name in said if name in _CODECS), "gb18030"):
        if codec.startswith("utf-16"):
            continue  # declared in ASCII characters: so it is not UTF-16
        if (text := _strictly(body, codec)) is not None:
            return _result(text, codec, declared)
    for codec in ("utf-8", "gb18030"):
        if (text := _nearly(body, codec)) is not None:
            return _result(text, codec, declared)
    return _guessed(body, declared)


def _result(text: str, encoding: str, declared: str | None) -> Decoded:
    # NUL ends a text for libxml2, and some servers pad with it.
    return Decoded(text.replace("\x00", ""), encoding, declared)


def _declarations(body: bytes, content_type: str) -> list[str]:
    """What the page says, then what the server says, in lower case, each once."""
    head = body[:_HEAD].lower()
    found = [match[1] for match in (_XML_ENCODING.search(head),) if match]
    found.extend(match[1] for meta in _META.finditer(head) if (match := _CHARSET.search(meta[0])))
    if match := _CHARSET.search(content_type.lower().encode("latin-1", "replace")):
        found.append(match[1])
    return list(dict.fromkeys(name.decode("ascii") for name in found))


def _unmarked_utf16(body: bytes) -> str | None:
    """UTF-16 without a mark: markup is ASCII, so every other byte of it is NUL."""
    head = body[:2048]
    if len(head) < 8 or b"\x00" not in head:
        return None
    half = len(head) // 2
    if head[1::2].count(0) > 0.25 * half and head[0::2].count(0) < 0.05 * half:
        return "utf-16-le"
    if head[0::2].count(0) > 0.25 * half and head[1::2].count(0) < 0.05 * half:
        return "utf-16-be"
    return None


def _strictly(body: bytes, codec: str) -> str | None:
    """The text, if the bytes fit; a character that is cut off at the very end is no fault."""
    try:
        return codecs.getincrementaldecoder(codec)("strict").decode(body, False)
    except (UnicodeDecodeError, LookupError):
        return None


def _nearly(body: bytes, codec: str) -> str | None:
    text = body.decode(codec, "replace")
    beyond = sum(1 for character in text if character > "\x7f")
    broken = text.count("�")
    return text if broken <= max(2, _DAMAGE * beyond) and broken < beyond else None


def _guessed(body: bytes, declared: str | None) -> Decoded:
    """For what fits nothing: the candidates of beautifulsoup4's UnicodeDammit, on a part that bounds time."""
    for name in EncodingDetector(body[:_GUESSED], is_html=True).encodings:
        try:
            return _result(body.decode(name), name.lower(), declared)
        except (LookupError, UnicodeError):
            continue
    return _result(body.decode("utf-8", "replace"), "utf-8", declared)
