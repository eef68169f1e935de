"""Files of evidence: whole or not at all, inside their folder, told apart when somebody changed them."""

from __future__ import annotations

import gzip
import hashlib
import io
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from govcrawl.model import Answer, Cause
from govcrawl.store.archives import warc_of
from govcrawl.store.evidence_files import (
    MOST_BYTES,
    EvidenceFolder,
    FileState,
    expendable,
    paths_of,
    small_of,
)

AT = datetime(2026, 11, 22, 14, 4, 11, tzinfo=UTC)
BODY = "<html><head><meta charset='gbk'></head><body>示例市人民政府</body></html>".encode("gb18030")


def answered(**told) -> Answer:
    facts = {
        "url": "http://www.example.gov.cn/zwyw/",
        "at": AT,
        "ms": 12,
        "status": 200,
        "headers": {"content-type": "text/html", "content-encoding": "gzip", "content-length": "61"},
        "body": BODY,
        "ip": "192.0.2.1",
    }
    return Answer(**{**facts, **told})


def records(content: bytes):
    found = []
    for record in ArchiveIterator(io.BytesIO(content), check_digests=True):
        found.append((record, record.content_stream().read()))
        assert record.digest_checker.passed is not False, "the record's own digest does not fit"
    return found


def test_another_program_reads_the_page_as_it_was() -> None:
    (about, _), (page, body) = records(warc_of(answered()))
    assert about.rec_type == "warcinfo"
    assert page.rec_type == "response"
    assert body == BODY, "the bytes of the page were changed on the way"
    assert page.http_headers.get_statuscode() == "200"
    assert page.http_headers.get_header("x-received-content-encoding") == "gzip"
    assert page.http_headers.get_header("content-encoding") is None, "a reader would unpack it again"
    headers = page.rec_headers
    assert headers.get_header("WARC-Target-URI") == "http://www.example.gov.cn/zwyw/"
    assert headers.get_header("WARC-Date") == "2026-11-22T14:04:11Z"
    assert headers.get_header("WARC-IP-Address") == "192.0.2.1"
    assert headers.get_header("WARC-Truncated") is None


@pytest.mark.parametrize(
    ("told", "says"), [({"truncated": True}, "length"), ({"error": Cause.RESET}, "disconnect")]
)
def test_a_page_that_is_not_whole_says_so(told, says) -> None:
    _, (page, _) = records(warc_of(answered(**told)))
    assert page.rec_headers.get_header("WARC-Truncated") == says


def test_headers_from_outside_begin_no_header_of_their_own() -> None:
    hostile = answered(
        url="http://www.example.gov.cn/附件\r\nWARC-Type: x/?a=1",
        headers={"x-note": "一\r\nWARC-Date: 1999", "set-cookie": "a=1\nb=2", "x-null": "\0"},
    )
    content = warc_of(hostile)
    _, (page, body) = records(content)
    assert body == BODY
    assert page.rec_headers.get_header("WARC-Date") == "2026-11-22T14:04:11Z"
    assert page.rec_headers.get_header("WARC-Type") == "response"
    lines = gzip.decompress(content).splitlines()
    assert lines.count(b"set-cookie: a=1") == lines.count(b"set-cookie: b=2") == 1
    assert not any(line.startswith(b"WARC-Date: 1999") for line in lines)


def test_nothing_is_archived_where_no_answer_came() -> None:
    with pytest.raises(ValueError, match="no answer"):
        warc_of(answered(status=None, error=Cause.DNS))


def test_a_file_is_kept_with_its_hash_and_a_change_is_seen(tmp_path: Path) -> None:
    folder = EvidenceFolder(tmp_path / "evidence")
    kept = folder.keep("portal", 12, "page.warc.gz", b"as it was")
    assert kept.path == "portal/12/page.warc.gz"
    assert kept.sha256 == hashlib.sha256(b"as it was").hexdigest()
    place = folder.place(kept.path)
    assert place is not None
    assert stat.S_IMODE(place.stat().st_mode) & 0o007 == 0, "others on this machine could read it"
    assert folder.state(kept.path, kept.sha256) is FileState.SOUND
    place.write_bytes(b"as it wa5")
    assert folder.state(kept.path, kept.sha256) is FileState.CHANGED
    place.unlink()
    assert folder.state(kept.path, kept.sha256) is FileState.GONE
    assert folder.files() == []


@pytest.mark.parametrize("path", ["../secret", "/etc/passwd", "a/../../b", "", "a\0b"])
def test_no_path_leads_out_of_the_folder(tmp_path: Path, path: str) -> None:
    (tmp_path / "secret").write_text("x")
    folder = EvidenceFolder(tmp_path / "evidence")
    assert folder.place(path) is None
    assert folder.read(path) is None
    assert folder.state(path, "0" * 64) is FileState.GONE


def test_names_from_outside_stay_in_the_folder(tmp_path: Path) -> None:
    folder = EvidenceFolder(tmp_path / "evidence")
    kept = folder.keep("../../[::1]:8080", 3, "../x y\0.png", b"1")
    place = folder.place(kept.path)
    assert place is not None
    assert place.resolve().is_relative_to((tmp_path / "evidence").resolve())
    assert kept.path.count("/") == 2


def test_what_is_too_large_is_not_kept(tmp_path: Path) -> None:
    folder = EvidenceFolder(tmp_path)
    with pytest.raises(ValueError, match="bytes"):
        folder.keep("portal", 1, "big.png", bytes(MOST_BYTES + 1))
    assert folder.files() == []


def test_a_finding_names_its_files() -> None:
    named = paths_of({"archive": {"path": "portal/12/a.warc.gz"}}, {"screenshot": "portal/12/b.png"})
    assert named == {"portal/12/a.warc.gz", "portal/12/b.png", "portal/12/b.small.jpg"}
    assert paths_of({"archive": "odd"}, {"screenshot": None}) == set()
    assert small_of("portal/12/b.png") == "portal/12/b.small.jpg"


def test_only_files_that_nobody_names_may_go() -> None:
    files = ["portal/12/a.warc.gz", "portal/12/b.png", "portal/13/c.png", "portal/notes.txt", "x/y/z/12/a"]
    may_go = expendable(files, named={"portal/12/b.png"}, finished={12})
    assert may_go == ["portal/12/a.warc.gz"], "run 13 goes on, and what lies elsewhere is not ours"
