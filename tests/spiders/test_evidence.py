"""Evidence of a run: pages kept as they were, pictures of the worst first, and neither made twice."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator

import govcrawl.net.pictures
from govcrawl.model import Answer, Cause, FindingRecord
from govcrawl.net.browser import Rendered
from govcrawl.net.pictures import Failure, Mark, Picture, Taken, Wanted
from govcrawl.rules import load_profile
from govcrawl.store.evidence_files import EvidenceFolder, FileState
from spiders.outcome import Outcome
from spiders.spool import Spool
from tests.spiders.conftest import HOME, Office, article

SECOND = HOME + "zwyw/2.html"
JPEG = b"\xff\xd8\xff small"


def dead_link(outcome) -> FindingRecord:
    (found,) = [record for record in outcome.records if record.rule == "link-broken"]
    return found


def files(office: Office) -> EvidenceFolder:
    return EvidenceFolder(office.folder / "var" / "evidence")


def archived_body(office: Office, path: str) -> bytes:
    content = files(office).read(path)
    assert content is not None, f"{path} is not there"
    for record in ArchiveIterator(io.BytesIO(content)):
        if record.rec_type == "response":
            return record.content_stream().read()
    raise AssertionError("the archive holds no answer")


def test_the_page_of_a_confirmed_finding_is_kept_as_it_was(office: Office) -> None:
    found = dead_link(office.inspect())
    archive = found.detail["archive"]
    assert archived_body(office, archive["path"]) == office.site.pages[SECOND].encode()
    content = files(office).read(archive["path"])
    assert content is not None
    assert hashlib.sha256(content).hexdigest() == archive["sha256"]
    assert archive["path"].startswith(f"portal/{found.run}/")
    assert files(office).files() == [archive["path"]], "only pages of findings are kept"
    assert office.site.statuses(SECOND) == [200], "the page was asked twice"
    assert "browser" in found.detail["picture"]["reason"], "it must be said why there is no picture"


def test_an_unchanged_page_keeps_its_archive_and_is_not_asked_for_it(office: Office) -> None:
    first = dead_link(office.inspect())
    second = dead_link(office.inspect(night=1))
    assert second.detail["archive"] == first.detail["archive"]
    assert office.site.statuses(SECOND) == [304]


def test_a_page_that_changed_is_archived_anew_and_the_old_archive_stays(office: Office) -> None:
    first = dead_link(office.inspect())
    office.site.pages[SECOND] = office.site.pages[SECOND].replace("附件说明", "附件说明（新）")
    second = dead_link(office.inspect(night=1))
    assert second.detail["archive"]["path"] != first.detail["archive"]["path"]
    assert "附件说明（新）".encode() in archived_body(office, second.detail["archive"]["path"])
    assert "附件说明（新）".encode() not in archived_body(office, first.detail["archive"]["path"])


def test_an_archive_that_somebody_changed_is_made_anew(office: Office) -> None:
    first = dead_link(office.inspect())
    path, sha256 = first.detail["archive"]["path"], first.detail["archive"]["sha256"]
    place = files(office).place(path)
    assert place is not None
    place.write_bytes(b"forged")
    assert files(office).state(path, sha256) is FileState.CHANGED
    second = dead_link(office.inspect(night=1))
    assert second.detail["archive"]["path"] != path
    assert archived_body(office, second.detail["archive"]["path"]) == office.site.pages[SECOND].encode()


def test_what_is_only_suspected_is_not_archived(office: Office) -> None:
    office.site.refusing.add(HOME + "fj/gone.html")
    found = dead_link(office.inspect(transient=3600.0))
    assert found.status == "suspected"
    assert "archive" not in found.detail
    assert files(office).files() == []


# Pictures


@dataclass
class Camera:
    """Stands for the browser: what it was asked for, and pictures of nothing."""

    loads: list[tuple[str, list[str]]] = field(default_factory=list)
    never: list[set[str]] = field(default_factory=list)
    captions: list[Sequence[str]] = field(default_factory=list)
    failure: Failure | None = None

    def __call__(self, renderer: object, **_: Any) -> Camera:
        return self

    async def photograph(self, url: str, wanted: Sequence[Wanted], *, never: Any = (), **_: Any) -> Taken:
        self.loads.append((url, [one.address for one in wanted]))
        self.never.append(set(never))
        if self.failure is not None:
            return Taken((), self.failure, 503)
        at = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)
        self.captions += [one.caption(at, Mark.OUTLINED, url) for one in wanted]
        return Taken(
            tuple(
                Picture(key=w.key, full=b"\x89PNG", kind="png", small=JPEG, mark=Mark.OUTLINED, at=at)
                for w in wanted
            )
        )


@pytest.fixture
def camera(monkeypatch: pytest.MonkeyPatch) -> Camera:
    made = Camera()
    monkeypatch.setattr(govcrawl.net.pictures, "Photographer", made)
    return made


@pytest.fixture
def full(office: Office) -> Office:
    """Five dead links: one on the home page, four in one article; and a browser."""
    pages = office.site.pages
    pages[HOME] = pages[HOME].replace("</ul>", "<li><a href='/fj/home.html'>办事指南</a></li></ul>")
    more = "".join(f"<p><a href='/fj/{n}.html'>附件{n}</a></p>" for n in range(4))
    pages[SECOND] = article("市政府召开第2次常务会议研究工作", more=more)
    return office


class Browser:
    """A browser that renders nothing: the pictures come from the camera."""

    async def render(self, url: str, **_: Any) -> Rendered:
        return Rendered("", "not in this test")


def inspected(office: Office, **told: Any) -> Outcome:
    return office.inspect(renderer=Browser(), **told)


def profile(screenshots: int) -> Any:
    return load_profile("tongliao-2023", overrides={"evidence.screenshots": screenshots})


def pictured(outcome) -> set[str]:
    return {r.target.rpartition("/")[2] for r in outcome.records if r.evidence.screenshot}


def test_the_worst_come_first_and_the_next_night_takes_the_others(full: Office, camera: Camera) -> None:
    first = inspected(full, profile=profile(2))
    assert pictured(first) == {"home.html", "0.html"}
    assert [url for url, _ in camera.loads] == [HOME, SECOND], "the home page first, each page once"
    others = [r for r in first.records if r.rule == "link-broken" and not r.evidence.screenshot]
    assert {r.detail["picture"]["reason"] for r in others} == {
        "每次巡查每个网站最多新截2张，先截最严重的问题，其余留待以后巡查补截"
    }
    camera.loads.clear()
    second = inspected(full, night=1, profile=profile(2))
    assert pictured(second) == {"home.html", "0.html", "1.html", "2.html"}
    assert camera.loads == [(SECOND, [HOME + "fj/1.html", HOME + "fj/2.html"])], "earlier pictures stay"
    kept = next(r for r in second.records if (r.target or "").endswith("home.html"))
    assert kept.evidence.screenshot is not None
    assert kept.evidence.screenshot.startswith("portal/1/")
    assert files(full).read(kept.evidence.screenshot) == b"\x89PNG"
    assert files(full).read(kept.evidence.screenshot.replace(".png", ".small.jpg")) == JPEG


def test_a_caption_names_page_time_title_and_number(full: Office, camera: Camera) -> None:
    outcome = inspected(full, profile=profile(1))
    (found,) = [r for r in outcome.records if r.evidence.screenshot]
    (lines,) = camera.captions
    assert lines[0] == found.title
    assert lines[1] == f"页面地址：{HOME}"
    assert "2026-11-25 12:00:00（Asia/Shanghai）" in lines[2], "the office's own zone"
    assert found.fingerprint in lines[3]


def test_a_changed_element_is_photographed_again(full: Office, camera: Camera) -> None:
    inspected(full, profile=profile(9))
    camera.loads.clear()
    full.site.pages[HOME] = full.site.pages[HOME].replace("办事指南", "办事指南（新）")
    inspected(full, night=1, profile=profile(9))
    assert camera.loads == [(HOME, [HOME + "fj/home.html"])]


def test_why_there_is_no_picture_is_noted(full: Office, camera: Camera) -> None:
    camera.failure = Failure.STATUS
    outcome = inspected(full, profile=profile(1))
    assert pictured(outcome) == set()
    reasons = {r.detail["picture"]["reason"] for r in outcome.records if r.on_home and r.target}
    assert reasons == {"截图时页面返回错误（503）"}
    assert {r.status.value for r in outcome.records if r.rule == "link-broken"} == {"confirmed"}


def test_a_page_that_never_shows_itself_does_not_take_every_nights_turn(full: Office, camera: Camera) -> None:
    camera.failure = Failure.TIMEOUT
    inspected(full, profile=profile(1))
    assert [page for page, _ in camera.loads] == [HOME], "the worst first"
    camera.failure = None
    outcome = inspected(full, night=1, profile=profile(1))
    assert [page for page, _ in camera.loads[1:]] == [SECOND], (
        "what was tried in vain stands behind the others"
    )
    assert len(pictured(outcome)) == 1


def test_none_are_taken_where_the_profile_says_so(full: Office, camera: Camera) -> None:
    inspected(full, profile=profile(0))
    assert camera.loads == []


# The spool


def answered(url: str, body: bytes = b"<html></html>", **told: Any) -> Answer:
    facts: dict[str, Any] = {"url": url, "at": datetime(2026, 11, 25, tzinfo=UTC), "ms": 1, "status": 200}
    return Answer(**{**facts, "body": body, **told})


def test_a_spool_gives_back_what_was_put(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    first = answered("http://a/", b"1" * 50_000, headers={"x": "一"}, error=Cause.RESET)
    spool.put(first, "http://a/index")
    spool.put(answered("http://b/"))
    assert spool.get("http://a/index") == spool.get("http://a/") == first
    assert spool.get("http://c/") is None
    assert list(tmp_path.iterdir()) == [], "a killed run must leave nothing behind"
    spool.close()
    assert spool.get("http://a/") is None


def test_a_full_spool_keeps_no_more(tmp_path: Path) -> None:
    spool = Spool(tmp_path, most=50)
    spool.put(answered("http://a/"))
    spool.put(answered("http://b/"))
    assert spool.get("http://a/") is not None
    assert spool.get("http://b/") is None


@pytest.mark.parametrize(
    "odd", [answered("http://a/", headers={"x": "\udcff"}), answered("http://a/", status=None)]
)
def test_what_can_not_be_spooled_is_left_out(tmp_path: Path, odd: Answer) -> None:
    spool = Spool(tmp_path)
    spool.put(odd)
    assert spool.get("http://a/") is None
