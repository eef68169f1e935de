"""Pictures in papers: small, whole, of this office's own folder, and in no paper for the public."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import html
from samples import NOW, OFFICE, PROFILE, REGISTRY, RULES, WEEK, Sample, link, monthly, runs

from govcrawl.model import Evidence, FindingRecord
from govcrawl.store.evidence_files import EvidenceFolder, small_of
from reports.documents import write_monthly, write_quarterly, write_weekly
from reports.monthly import Numbers
from reports.periods import Quarter
from reports.pictures import picture_note, small_pictures, without_pictures
from reports.quarterly import notice_of_quarter
from reports.site import write_site_report
from reports.weekly import inspect_week

SMALL = b"\xff\xd8\xff\xe0" + b"small" * 40
FULL = b"\x89PNG\r\n\x1a\n" + b"full" * 400
ARCHIVE = {"path": "portal/5/0a1b2c3d4e5f.warc.gz", "sha256": "5" * 64, "at": "2026-11-22T14:04:11+00:00"}
OUTSIDE = ["../outside.png", "portal/../../outside.png", "{folder}/outside.png", "portal/\0outside.png", "."]


def pictured(folder: Path, number: int = 1, *, small: bytes = SMALL, full: bytes = FULL) -> FindingRecord:
    """A broken link with both files of its picture in the folder."""
    name = f"{number:020d}.png"
    files = EvidenceFolder(folder)
    kept, kept_small = files.keep("portal", 5, name, full), files.keep("portal", 5, small_of(name), small)
    picture = {
        "sha256": kept.sha256,
        "small_sha256": kept_small.sha256,
        "note": "红框内为问题所在(链接)",
        "at": "2026-11-22T14:10:00+00:00",
    }
    return named(number, kept.path, picture)


def named(number: int, path: str, picture: dict[str, str] | None = None) -> FindingRecord:
    """A broken link that names a picture, wherever that leads."""
    record = link(number, "http", 404)
    detail = {**record.detail, "picture": picture or {"sha256": "0" * 64}, "archive": ARCHIVE}
    return replace(record, evidence=replace(record.evidence, screenshot=path), detail=detail)


def unpictured(number: int, reason: str) -> FindingRecord:
    record = link(number, "http", 404)
    return replace(record, detail={**record.detail, "picture": {"reason": reason}})


def page_of_site(records: list[FindingRecord], evidence: Path | None, out: Path) -> str:
    portal = REGISTRY.site("portal")
    assert portal is not None
    path = write_site_report(
        site=portal,
        unit=REGISTRY.unit("zfb"),
        run=runs()[1],
        findings=records,
        registry=REGISTRY,
        profile=PROFILE,
        rules=RULES,
        office=OFFICE,
        out_dir=out,
        evidence=evidence,
    )
    return path.read_text(encoding="utf-8")


def test_the_report_of_a_site_embeds_the_small_one_and_names_the_full_one(tmp_path: Path) -> None:
    record = pictured(tmp_path / "evidence")
    page = html.fromstring(page_of_site([record], tmp_path / "evidence", tmp_path / "out"))
    # The first screen names the worst; the picture stands where the finding is told whole.
    (figure,) = page.xpath("//figure[@class='picture']")
    kind, _, data = figure.find("img").get("src").partition(",")
    assert kind == "data:image/jpeg;base64"
    assert base64.b64decode(data, validate=True) == SMALL
    caption = figure.findtext("figcaption") + figure.find("figcaption/span").text
    assert caption.startswith("红框内为问题所在（链接）。"), caption
    assert caption.endswith(f"portal/5/{1:020d}.png"), "the unit can't ask for a file that is not named"
    assert not page.xpath("//img[not(starts-with(@src, 'data:'))]"), "a mailed report loads nothing"


def test_the_weekly_paper_of_the_office_has_them_too(tmp_path: Path) -> None:
    record = pictured(tmp_path)
    sample = Sample()
    paper = inspect_week(
        week=WEEK, office=OFFICE, registry=REGISTRY, runs=sample.runs, findings=[record], before=[],
        profile=PROFILE, rules=RULES, now=NOW, pictures=small_pictures([record], tmp_path),
    )  # fmt: skip
    page = write_weekly(paper, tmp_path / "out")[0].read_text(encoding="utf-8")
    assert page.count("data:image/jpeg") == 1
    assert f"portal/5/{1:020d}.png" in page


def test_without_the_small_one_the_full_one_is_named(tmp_path: Path) -> None:
    record = pictured(tmp_path)
    (tmp_path / small_of(record.evidence.screenshot)).unlink()
    (shown,) = small_pictures([record], tmp_path).values()
    assert (shown.data, shown.name, shown.state) == ("", record.evidence.screenshot, "")


def test_what_is_gone_is_left_out_and_a_gone_full_one_is_said(tmp_path: Path) -> None:
    record = pictured(tmp_path)
    (tmp_path / record.evidence.screenshot).unlink()
    (shown,) = small_pictures([record], tmp_path).values()
    assert shown.data, "the small one is whole: it still shows what was seen"
    assert shown.state == "文件不存在", "the paper must not point to a file that is not there"
    (tmp_path / small_of(record.evidence.screenshot)).unlink()
    assert small_pictures([record], tmp_path) == {}
    assert small_pictures([record], tmp_path / "never made") == {}


@pytest.mark.parametrize("which", ["full", "small"])
def test_an_exchanged_picture_is_never_shown(tmp_path: Path, which: str) -> None:
    record = pictured(tmp_path / "evidence")
    path = record.evidence.screenshot
    target = tmp_path / "evidence" / (path if which == "full" else small_of(path))
    target.write_bytes(target.read_bytes() + b"retouched")
    (shown,) = small_pictures([record], tmp_path / "evidence").values()
    assert shown.data == "", f"the {which} picture was changed, and the paper shows it as proof"
    assert shown.state == ("已被改动" if which == "full" else "")
    page = page_of_site([record], tmp_path / "evidence", tmp_path / "out")
    assert "data:image" not in page
    assert ("（已被改动）" in page) is (which == "full")


@pytest.mark.parametrize("content", [b"", b"<svg onload=alert(1)>", b"GIF89a", SMALL + b"\0" * 60_000])
def test_what_is_no_jpeg_or_is_huge_is_only_named(tmp_path: Path, content: bytes) -> None:
    (shown,) = small_pictures([pictured(tmp_path, small=content)], tmp_path).values()
    assert (shown.data, shown.state) == ("", "")


def test_a_paper_stays_small_enough_for_mail_and_the_first_are_shown(tmp_path: Path) -> None:
    records = [pictured(tmp_path, number) for number in range(1, 5)]
    shown = small_pictures(records, tmp_path, most=2 * len(SMALL))
    assert [bool(shown[record.fingerprint].data) for record in records] == [True, True, False, False]
    assert all(shown[record.fingerprint].name for record in records), "the others must still be named"


@pytest.mark.parametrize("path", OUTSIDE)
def test_a_name_that_leads_out_of_the_folder_is_not_followed(tmp_path: Path, path: str) -> None:
    (tmp_path / "outside.png").write_bytes(FULL)
    (tmp_path / "outside.small.jpg").write_bytes(SMALL)
    folder = tmp_path / "evidence"
    (folder / "portal").mkdir(parents=True)
    assert small_pictures([named(1, path.format(folder=tmp_path))], folder) == {}


def test_a_name_that_no_disk_holds_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "portal" / "5").mkdir(parents=True)
    (shown,) = small_pictures([named(1, f"portal/5/{'长' * 300}.png")], tmp_path).values()
    assert (shown.data, shown.state) == ("", "无法读取")
    assert len(shown.name) <= 200


def test_marks_in_a_name_or_a_note_are_escaped(tmp_path: Path) -> None:
    record = pictured(tmp_path / "evidence")
    odd = {**record.detail["picture"], "note": "<script>alert(1)</script>"}
    page = page_of_site([replace(record, detail={"picture": odd})], tmp_path / "evidence", tmp_path)
    assert "&lt;script&gt;" in page
    assert "<script" not in page


def test_papers_for_the_public_have_none(tmp_path: Path) -> None:
    record = pictured(tmp_path / "var" / "evidence")
    quarter = Quarter(2026, 4)
    first, end = quarter.instants(OFFICE.timezone)
    paper = notice_of_quarter(
        quarter=quarter,
        office=OFFICE,
        registry=REGISTRY,
        runs=runs(),
        numbers=Numbers(before=[record], after=[record], trails={}, first=first, end=end),
        last=None,
        profile=PROFILE,
        rules=RULES,
        now=end,
        public=True,
    )
    page = write_quarterly(paper, tmp_path)[0].read_text(encoding="utf-8")
    for never in ("data:image", record.evidence.screenshot, "0a1b2c3d4e5f", "没有截图"):
        assert never not in page, f"the public is told of evidence: {never}"


def test_the_monthly_paper_shows_no_pictures(tmp_path: Path) -> None:
    record = pictured(tmp_path / "var" / "evidence")
    page = write_monthly(monthly([record]), tmp_path)[0].read_text(encoding="utf-8")
    for never in ("data:image", record.evidence.screenshot, "没有截图"):
        assert never not in page, f"the monthly paper goes to all units: {never}"


def test_a_report_without_the_folder_says_nothing_of_pictures(tmp_path: Path) -> None:
    records = [pictured(tmp_path / "evidence"), unpictured(2, "本机没有浏览器")]
    page = page_of_site(records, None, tmp_path)
    assert "data:image" not in page
    assert "没有截图" not in page


def test_why_there_is_none_is_said_once(tmp_path: Path) -> None:
    reason = "本机没有浏览器(Chromium 等)，以页面代码为证"
    records = [unpictured(n, reason) for n in range(1, 13)] + [unpictured(20, "页面已不是原来的内容。")]
    assert without_pictures([*records, pictured(tmp_path)]) == (
        "12项没有截图：本机没有浏览器（Chromium 等），以页面代码为证。",
        "1项没有截图：页面已不是原来的内容。",
    )
    page = page_of_site(records, tmp_path, tmp_path / "out")
    assert page.count("本机没有浏览器") == 1
    assert page.count("项没有截图") == 2


@pytest.mark.parametrize("odd", [None, "x", 7, [], {}, {"reason": ""}, {"note": None}, {"sha256": 3}])
def test_odd_notes_do_no_harm(tmp_path: Path, odd: object) -> None:
    record = replace(link(1, "http", 404), detail={"picture": odd}, evidence=Evidence(screenshot="a/1/b.png"))
    assert picture_note(record) == ""
    assert without_pictures([record, replace(record, evidence=Evidence())]) == ()
    assert small_pictures([record], tmp_path) == {}


def test_a_picture_without_a_noted_hash_is_not_called_sound(tmp_path: Path) -> None:
    record = pictured(tmp_path)
    (shown,) = small_pictures([replace(record, detail={})], tmp_path).values()
    assert shown.data == ""
    assert hashlib.sha256(FULL).hexdigest() == record.detail["picture"]["sha256"]
