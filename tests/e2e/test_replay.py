"""Saved pages of real sites, crawled from a made-up host: the main job runs on them, and accuses nobody."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import pytest
from office_folder import Done, Office, of_rule

from govcrawl.pages import normalise, read_page
from govcrawl.pages.addresses import host_of
from tests.corpus import TODAY, corpus_folder, saved_pages
from tests.e2e.loopback_site import Sites
from tests.replay import Replayed, everything, hosts_of

FOLDER = corpus_folder()
SCRIPTED = "DATE WRITTEN BY SCRIPT"
"""In the notes of pages whose date is not in the page as it was sent."""
OFFICIAL = re.compile("网站标识码|主办单位|主办[:：]|承办单位|承办[:：]|政府网站|人民政府")
pytestmark = pytest.mark.skipif(
    FOLDER is None, reason="no corpus of saved pages: neither GOVCRAWL_CORPUS nor ../shared/corpus"
)


@dataclass
class Replay:
    """One made-up host of saved pages, crawled."""

    host: str
    pages: list[Replayed]
    office: Office
    done: Done
    findings: list[dict[str, Any]]
    named: set[str]

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of the office's database."""
        with closing(
            sqlite3.connect(f"file:{self.office.folder}/var/govcrawl.db?mode=ro", uri=True)
        ) as database:
            return database.execute(sql).fetchall()


def hosts() -> list[str]:
    return [] if FOLDER is None else [host for host, _ in hosts_of(list(saved_pages(FOLDER)))]


@pytest.mark.parametrize("host", hosts())
def test_saved_pages_are_inspected_to_the_end_and_accuse_nobody(
    host: str, new_office: Callable[[], Office]
) -> None:
    assert FOLDER is not None
    pages = dict(hosts_of(list(saved_pages(FOLDER))))[host]
    office = new_office()
    with Sites(everything([(host, pages)])) as sites:
        office.configure(sites.resolve(), timeout=60.0)
        done, findings = office.crawl(
            f"url=http://{host}/", f"max_pages={len(pages) + 1}", f"as_of={TODAY.isoformat()}"
        )
        replay = Replay(host, pages, office, done, findings, sites.hosts)
    assert_ran_to_its_end(replay)
    assert_asked_nobody_else(replay)
    assert_sees_what_a_reader_sees(replay)
    assert_calls_nothing_official_an_advertisement(replay)


def assert_ran_to_its_end(replay: Replay) -> None:
    replay.done.ended()
    assert replay.done.err == "", f"the log should be empty:\n{replay.done}"
    run = replay.office.last_run()
    assert run["result"] in {"complete", "partial"}
    crashed = [item for item in run["not_tested"] if "出错" in item["reason"]]
    assert not crashed, f"a check failed: {crashed}"
    stored = {url for (url,) in replay.query("SELECT url FROM pages")}
    missing = [page.saved.file for page in replay.pages if page.url not in stored]
    assert not missing, f"pages that were not stored: {missing}"


def assert_asked_nobody_else(replay: Replay) -> None:
    """Every host that could be asked stands in `[crawl.resolve]`, so that no name was looked up."""
    urls = {url for (url,) in replay.query("SELECT url FROM links")}
    asked = {host_of(address) for url in urls if (address := normalise(url))}
    strangers = sorted(host for host in asked if host and host not in replay.named)
    assert not strangers, f"not in [crawl.resolve], so perhaps looked up: {strangers[:10]}"


def assert_sees_what_a_reader_sees(replay: Replay) -> None:
    labels = {page.url: page.saved for page in replay.pages}
    for rule, label in (("source-missing", "source_named"), ("date-missing", "pub_date")):
        wrong = [
            f"{finding['title']} ({saved.file}: {saved.labels[label]})"
            for finding in of_rule(replay.findings, rule)
            if (saved := labels.get(finding["page"])) is not None
            and saved.labels[label]
            and SCRIPTED not in saved.labels["notes"]
        ]
        assert not wrong, f"{rule}, though a reader sees it: {wrong}"


def assert_calls_nothing_official_an_advertisement(replay: Replay) -> None:
    """Media pages in the corpus carry real advertisements; those that name an official sponsor carry none."""
    official = {
        page.url: page.saved.file
        for page in replay.pages
        if OFFICIAL.search(read_page(page.saved.body, page.url, "text/html").text)
    }
    assert official, "no page names an official sponsor: the comparison is empty"
    sure = [
        f"{finding['title']} ({official[finding['page']]})"
        for finding in replay.findings
        if finding["rule"].startswith("ad-")
        and finding["status"] == "confirmed"
        and finding["page"] in official
    ]
    assert not sure, f"called advertisements on pages that carry none: {sure}"
