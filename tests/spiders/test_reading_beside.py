"""Pages that a second process reads: the same facts, the same findings, and no page lost with it."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from govcrawl.model import Answer, Kind, Look, SiteNames
from spiders import desk as desks
from spiders import inspection
from spiders.desk import Desk
from spiders.outcome import Outcome
from spiders.reading import Reader, ReadPage, Wanted
from spiders.reading_process import ReadingProcess, ReadingProcessError
from tests.spiders.conftest import HOME, NOON, Office, article

PAGE = HOME + "zwyw/1.html"
READER = Reader(date(2026, 11, 25), SiteNames(own=("示例市人民政府",)))
FLOATS = '<div style="position:fixed;left:0"><a href="http://other.example.com/">外站</a></div>'


def answer(html: str | bytes, url: str = PAGE, status: int = 200) -> list[Answer]:
    body = html if isinstance(html, bytes) else html.encode()
    return [Answer(url=url, at=NOON, ms=1, status=status, headers={"content-type": "text/html"}, body=body)]


async def read_beside(answers: Sequence[list[Answer]]) -> list[Look | None]:
    process = await ReadingProcess.start(READER)
    try:
        reading = [
            process.read(each[0].url, each, stopped=None, home=False, wanted=Wanted()) for each in answers
        ]
        return list(await asyncio.gather(*reading))
    finally:
        await process.close()


def page_of(look: Look | None) -> ReadPage:
    assert look is not None, "the other process could not read the page"
    assert isinstance(look.page, ReadPage), f"nothing was read: {look.attempt}"
    return look.page


def test_both_read_the_same() -> None:
    answers = answer(article("市政府召开第1次常务会议研究工作", more="<a href='2.html'>二</a>" + FLOATS))
    here = READER.read(PAGE, answers, wanted=Wanted())
    (there,) = asyncio.run(read_beside([answers]))
    ours, theirs = page_of(here), page_of(there)
    assert theirs.facts == ours.facts
    assert theirs.facts.kind is Kind.ARTICLE, "the page must be one of which there is something to read"
    assert theirs.content_hash == ours.content_hash
    assert theirs.page is None
    assert there is not None
    assert replace(there, page=None) == replace(here, page=None)
    proofs = [(ours.prove(link), theirs.prove(link)) for link in ours.facts.links]
    assert proofs, "the page has links"
    assert all(one == other for one, other in proofs), "evidence is the same wherever a page is read"


def test_evidence_of_an_address_is_shown_once_and_of_what_floats_always() -> None:
    html = article("市政府召开第1次常务会议研究工作", more="<a href='2.html'>二</a>" + FLOATS)
    first, second = map(page_of, asyncio.run(read_beside([answer(html), answer(html)])))
    shown = {link.raw for link in second.facts.links if second.prove(link) is not None}
    assert all(first.prove(link) is not None for link in first.facts.links)
    assert shown == {"http://other.example.com/"}, "only what floats may change whose evidence counts"


def test_what_is_no_living_page_is_looked_at_alone() -> None:
    answers = [answer("没有", status=404), answer(b"%PDF-1.7"), answer("<title>404</title>页面不存在")]
    for answered, look in zip(answers, asyncio.run(read_beside(answers)), strict=True):
        here = READER.read(PAGE, answered, wanted=Wanted())
        assert look == here
        assert look is not None
        assert look.page is None


def test_address_that_is_no_text_is_left_to_who_asks() -> None:
    odd = answer("<title>示例</title>", url=HOME + "\udcb9")
    plain = answer(article("市政府召开第1次常务会议研究工作"))
    assert asyncio.run(read_beside([odd, plain]))[0] is None


def test_modules_of_the_folder_are_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "spiders.py").write_text("raise SystemExit('a file of the office was run')")
    monkeypatch.chdir(tmp_path)
    (look,) = asyncio.run(read_beside([answer(article("市政府召开第1次常务会议研究工作"))]))
    page_of(look)


def test_pages_of_a_lost_process_are_read_here(caplog: pytest.LogCaptureFixture) -> None:
    async def lose() -> tuple[list[Look], int]:
        desk = Desk(READER, beside=True)
        await desk.start()
        pages = [answer(article(f"市政府召开第{n}次常务会议研究工作")) for n in range(40)]
        reading = [
            asyncio.ensure_future(
                desk.anywhere(PAGE, each, stopped=None, home=False, wanted=Wanted(), asked=lambda: None)
            )
            for each in pages
        ]
        await asyncio.sleep(0)
        process = desk._process
        assert process is not None
        os.kill(process._process.pid, signal.SIGKILL)
        looks = await asyncio.gather(*reading)
        ahead = desk.ahead
        await desk.close()
        return looks, ahead

    with caplog.at_level(logging.WARNING):
        looks, ahead = asyncio.run(lose())
    assert [page_of(look).facts.title for look in looks] == [
        f"市政府召开第{n}次常务会议研究工作_示例市人民政府" for n in range(40)
    ]
    assert ahead == 0
    assert len([each for each in caplog.records if "is gone" in each.message]) == 1, (
        "the log says once that the process is gone"
    )


def test_reading_after_the_end_is_an_error() -> None:
    async def late() -> None:
        process = await ReadingProcess.start(READER)
        await process.close()
        await process.read(PAGE, answer("<p>x"), stopped=None, home=False, wanted=Wanted())

    with pytest.raises(ReadingProcessError):
        asyncio.run(late())


def test_place_is_given_back_before_reading_and_what_is_too_much_is_read_here(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    big = answer(article("市政府召开第1次常务会议研究工作"))
    monkeypatch.setattr(desks, "_UNREAD", len(big[0].body) + 100)

    async def two() -> tuple[list[str], list[Look]]:
        told: list[str] = []
        desk = Desk(READER, beside=True)
        await desk.start()
        reading = (
            desk.anywhere(
                PAGE, big, stopped=None, home=False, wanted=Wanted(), asked=lambda n=n: told.append(n)
            )
            for n in ("first", "second")
        )
        looks = list(await asyncio.gather(*reading))
        await desk.close()
        return told, looks

    told, (first, second) = asyncio.run(two())
    assert told == ["first"], "only what waits for the other process frees the host's place early"
    assert page_of(first).page is None
    assert page_of(second).page is not None


@pytest.mark.parametrize(("busy", "begun"), [(0.0, True), (2.0, False)], ids=["reading", "waiting"])
def test_a_second_process_begins_only_where_reading_is_what_takes_the_time(
    busy: float, begun: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desks, "_FIRST", 5)
    monkeypatch.setattr(desks, "_BUSY", busy)
    monkeypatch.setattr(desks, "cores", lambda: 2)

    async def read() -> tuple[bool, int, int]:
        desk = Desk(READER, beside=True)
        told: list[int] = []
        desk.on_asked = lambda: told.append(desk.ahead)
        for n in range(5):
            page = answer(article(f"市政府召开第{n}次常务会议研究工作"))
            await desk.anywhere(PAGE, page, stopped=None, home=False, wanted=Wanted(), asked=lambda: None)
        if desk._starting is not None:
            await desk._starting
        started = desk._process is not None
        page = answer(article("市政府召开第9次常务会议研究工作"))
        await desk.anywhere(PAGE, page, stopped=None, home=False, wanted=Wanted(), asked=lambda: None)
        after = desk.ahead
        await desk.close()
        return started, max(told, default=0), after

    started, waiting, after = asyncio.run(read())
    assert started is begun
    assert waiting == (1 if begun else 0), "asking runs ahead by what waits to be read"
    assert after == 0, "and by nothing when all is read"


class _Beside(Desk):
    """Begins with the second process at once, however small the site is and however many cores there are."""

    async def anywhere(self, *args: object, **told: object) -> Look:
        if self._starting is None:
            self._starting = asyncio.ensure_future(self.start())
        await self._starting
        assert self._process is not None, "the second process did not start: nothing would be tried here"
        return await super().anywhere(*args, **told)  # type: ignore[arg-type]


def told_of(outcome: Outcome) -> list[tuple[object, ...]]:
    return sorted(
        (r.fingerprint, r.title, r.page, r.target, r.occurrences, r.evidence.snippet, r.evidence.selector)
        for r in outcome.records
    )


def test_a_run_finds_the_same_and_its_second_night_parses_nothing(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = office.inspect()
    office.site.pages = {url: html + "<!-- touched -->" for url, html in office.site.pages.items()}
    monkeypatch.setattr(inspection, "Desk", _Beside)
    beside = office.inspect(night=1)
    assert (beside.parsed, beside.unchanged) == (5, 0), "every page has changed"
    assert told_of(here), "there must be something to compare"
    assert told_of(beside) == told_of(here), "it must not matter which process reads"
    third = office.inspect(night=2)
    assert (third.parsed, third.unchanged) == (0, 5), "what the other process read is kept for later nights"
    assert told_of(third) == told_of(here)
