"""Reply sheets as units send them back."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook

from reports.notice_documents import REPLY_HEADS
from reports.replies import Reply, ReplyError, read_replies

A, B, C = (letter * 20 for letter in "abc")
HEADS = [head.title for head in REPLY_HEADS]


def _line(key: str, measures: str = "", done: str = "", dispute: str = "", **more: str) -> list[str]:
    return ["1", key, "问题", "链接", measures, done, more.get("on", ""), more.get("who", ""), "", dispute]


def _sheet(folder: Path, *lines: list[str], heads: list[str] = HEADS, above: int = 1) -> Path:
    book = Workbook()
    sheet = book.active
    for _ in range(above):
        sheet.append(["整改反馈表（编号：2026-001）"])
    sheet.append(heads)
    for line in lines:
        sheet.append(line)
    path = folder / "整改反馈表.xlsx"
    book.save(path)
    return path


def test_done_disputed_and_blank_lines(tmp_path: Path) -> None:
    path = _sheet(
        tmp_path,
        _line(A, "更正链接", "是", on="11月25日", who="王某"),
        _line(B, dispute="该链接为历史资料，已报备"),
        _line(C),
    )
    assert read_replies(path) == [
        Reply(
            row=3,
            fingerprint=A,
            disputed="",
            done=True,
            text="整改措施：更正链接；完成时间：11月25日；责任人：王某",
        ),
        Reply(row=4, fingerprint=B, disputed="该链接为历史资料，已报备", done=None, text=""),
    ]


@pytest.mark.parametrize("word", ["是", "已完成", "完成。", "√", "Yes"])
def test_words_for_done(tmp_path: Path, word: str) -> None:
    assert read_replies(_sheet(tmp_path, _line(A, done=word)))[0].done is True


@pytest.mark.parametrize("word", ["否", "未完成", "整改中", "×"])
def test_words_for_not_yet(tmp_path: Path, word: str) -> None:
    assert read_replies(_sheet(tmp_path, _line(A, done=word)))[0].done is False


@pytest.mark.parametrize("word", ["无", "无异议", "/", "—"])
def test_a_dispute_column_that_says_no_dispute_is_none(tmp_path: Path, word: str) -> None:
    (reply,) = read_replies(_sheet(tmp_path, _line(A, done="是", dispute=word)))
    assert (reply.disputed, reply.done) == ("", True)


def test_columns_may_be_moved_and_lines_stand_above(tmp_path: Path) -> None:
    order = [1, 0, 5, 9, 4, 2, 3, 6, 7, 8]
    line = _line(A, "更正", "是")
    path = _sheet(tmp_path, [line[at] for at in order], heads=[HEADS[at] for at in order], above=4)
    assert read_replies(path)[0].text == "整改措施：更正"


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([_line(A, done="是", dispute="不认可")], "第3行既填“已完成”又填有异议"),
        ([_line(A, done="大概")], "应填“是”或“否”"),
        ([_line("abcd", done="是")], "不完整"),
        ([_line(A, done="是"), _line(A, done="否")], "第4行与第3行是同一个问题"),
    ],
)
def test_a_line_that_contradicts_itself_is_named(tmp_path: Path, lines: list[list[str]], said: str) -> None:
    with pytest.raises(ReplyError, match=said):
        read_replies(_sheet(tmp_path, *lines))


def test_other_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ReplyError, match="没有找到"):
        read_replies(_sheet(tmp_path, heads=["序号", "名称"]))
    (tmp_path / "x.xlsx").write_bytes(b"PK\x03\x04 no workbook")
    with pytest.raises(ReplyError):
        read_replies(tmp_path / "x.xlsx")


def test_hostile_cells_are_cut_and_made_visible(tmp_path: Path) -> None:
    (reply,) = read_replies(_sheet(tmp_path, _line(A, "改\u202e" + "长" * 2000, "是")))
    assert "\u202e" not in reply.text
    assert len(reply.text) < 700
