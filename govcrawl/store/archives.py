"""A page as it was received, as a WARC record (ISO 28500:2017, WARC/1.1) that other programs can read."""

from __future__ import annotations

import io
from datetime import UTC
from http import HTTPStatus
from urllib.parse import quote

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from govcrawl import __version__
from govcrawl.model import Answer

_UNDONE = frozenset({"content-encoding", "transfer-encoding", "content-length"})
"""Headers that speak of the body as it travelled; the record holds it unpacked."""
_PREFIX = "x-received-"
"""They are kept under this name, so that nothing of the answer is lost and readers unpack nothing twice."""
_MOST_HEADERS = 200
_MOST_VALUE = 8_192
_IN_ADDRESSES = "%/:?#[]@!$&'()*+,;=~"
_WRITTEN_BY = (
    f"software: govcrawl/{__version__}\r\n"
    "format: WARC File Format 1.1\r\n"
    "conformsTo: http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/\r\n"
)
_BREAKS = str.maketrans(dict.fromkeys("\r\n\0", " "))


def warc_of(answer: Answer) -> bytes:
    """One gzipped file of two records: who wrote it, and the answer with its status, headers and body.

    The same answer gives the same bytes but for the records' ids. The body is what the client kept:
    content-encoding undone, at most its limit (`WARC-Truncated: length` says that it was cut).

    Raises:
        ValueError: there was no answer to keep.
    """
    if answer.status is None:
        raise ValueError(f"no answer came from {answer.url}")
    buffer = io.BytesIO()
    writer = WARCWriter(buffer, gzip=True, warc_version="1.1")
    day = {"WARC-Date": answer.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")}
    writer.write_record(
        writer.create_warc_record(
            "",
            "warcinfo",
            payload=io.BytesIO(_WRITTEN_BY.encode()),
            warc_content_type="application/warc-fields",
            warc_headers_dict=dict(day),
        )
    )
    about = dict(day)
    if answer.ip:
        about["WARC-IP-Address"] = answer.ip
    if answer.truncated:
        about["WARC-Truncated"] = "length"
    elif answer.error is not None:
        about["WARC-Truncated"] = "disconnect"
    record = writer.create_warc_record(
        quote(answer.url, safe=_IN_ADDRESSES),
        "response",
        payload=io.BytesIO(answer.body),
        http_headers=StatusAndHeaders(_status(answer.status), _headers(answer), protocol="HTTP/1.1"),
        warc_headers_dict=about,
    )
    writer.write_record(record)
    return buffer.getvalue()


def _status(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return f"{status} "


def _headers(answer: Answer) -> list[tuple[str, str]]:
    headers: list[tuple[str, str]] = []
    for name, value in list(answer.headers.items())[:_MOST_HEADERS]:
        kept = f"{_PREFIX}{name}" if name in _UNDONE else name
        lines = value.split("\n") if name == "set-cookie" else [value]
        headers += [(kept, _one_line(line)) for line in lines]
    return [*headers, ("content-length", str(len(answer.body)))]


def _one_line(text: str) -> str:
    """A value that can't begin a header of its own; what no header may hold is written as in an address."""
    plain = text.translate(_BREAKS)[:_MOST_VALUE].strip()
    return plain.encode("latin-1", "backslashreplace").decode("latin-1")
