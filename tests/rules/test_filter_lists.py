"""The office's own lists of advertising rules: kept whole, with date and hash, or not at all."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from govcrawl.rules.filter_lists import (
    MAX_BYTES,
    MAX_LISTS,
    FilterListError,
    filter_lists,
    keep,
    remove,
    text_of,
)

NOW = datetime(2026, 11, 25, 17, 30, tzinfo=UTC)
LIST = b"[Adblock Plus 2.0]\n! Title: Example List\n! Last modified: 20 Nov 2026\n||ads.example.com^\n##.ad\n"


def test_a_list_is_kept_with_date_and_hash(tmp_path: Path) -> None:
    kept = keep(tmp_path / "filters", name="example", body=LIST, origin="http://a/example.txt", now=NOW)
    assert filter_lists(tmp_path / "filters") == (kept,)
    assert (kept.title, kept.version, kept.rules) == ("Example List", "20 Nov 2026", 2)
    assert text_of(tmp_path / "filters", kept) == LIST.decode()
    assert kept.zh(ZoneInfo("Asia/Shanghai")) == (
        f"Example List（2026-11-26取得，规则2条，校验值{kept.sha256[:8]}）"
    ), "the day is that of the office's zone"


def test_the_same_name_is_replaced_another_is_added(tmp_path: Path) -> None:
    keep(tmp_path, name="b", body=LIST, origin="x", now=NOW)
    keep(tmp_path, name="a", body=LIST, origin="x", now=NOW)
    new = keep(tmp_path, name="b", body=LIST + b"||new.example.com^\n", origin="x", now=NOW)
    assert [entry.name for entry in filter_lists(tmp_path)] == ["a", "b"]
    assert new.rules == 3
    assert remove(tmp_path, "a").name == "a"
    assert [entry.name for entry in filter_lists(tmp_path)] == ["b"]
    with pytest.raises(FilterListError, match="现有：b"):
        remove(tmp_path, "a")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"<!DOCTYPE html><html><body>login</body></html>", "网页"),
        (b"\n  <html>||x.com^", "网页"),
        (b"", "没有"),
        (b"! only a comment\n", "没有"),
        (b"some text\nthat is no list\n", "没有"),
        ("||广告.example^".encode("gbk"), "UTF-8"),
        (b"||a.com^\n" * (MAX_BYTES // 9 + 1), "过大"),
    ],
)
def test_what_is_no_list_is_refused_and_the_old_one_stays(tmp_path: Path, body: bytes, words: str) -> None:
    old = keep(tmp_path, name="one", body=LIST, origin="x", now=NOW)
    with pytest.raises(FilterListError, match=words):
        keep(tmp_path, name="one", body=body, origin="x", now=NOW)
    assert filter_lists(tmp_path) == (old,)
    assert text_of(tmp_path, old) == LIST.decode()


@pytest.mark.parametrize("name", ["../x", "a/b", "", ".hidden", "x" * 61, "a\0b"])
def test_a_name_is_no_path(tmp_path: Path, name: str) -> None:
    with pytest.raises(FilterListError, match="名称"):
        keep(tmp_path, name=name, body=LIST, origin="x", now=NOW)


def test_what_was_changed_by_hand_is_noticed(tmp_path: Path) -> None:
    kept = keep(tmp_path, name="one", body=LIST, origin="x", now=NOW)
    (tmp_path / "one.txt").write_bytes(LIST + b"@@||*^\n")
    with pytest.raises(FilterListError, match="校验值"):
        text_of(tmp_path, kept)
    (tmp_path / "one.txt").unlink()
    with pytest.raises(FilterListError, match="无法读取"):
        text_of(tmp_path, kept)


@pytest.mark.parametrize("index", ["{", "[1]", '[{"name": "x"}]', "null"])
def test_an_index_that_cannot_be_read_is_said(tmp_path: Path, index: str) -> None:
    (tmp_path / "lists.json").write_text(index, encoding="utf-8")
    with pytest.raises(FilterListError, match=r"lists\.json"):
        filter_lists(tmp_path)


def test_lists_are_bounded(tmp_path: Path) -> None:
    for number in range(MAX_LISTS):
        keep(tmp_path, name=f"n{number}", body=LIST, origin="x", now=NOW)
    with pytest.raises(FilterListError, match="最多"):
        keep(tmp_path, name="more", body=LIST, origin="x", now=NOW)
