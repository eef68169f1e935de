"""`scrapy crawl site`, as an inspector types it: what it finds, what it keeps, and what it leaves alone."""

from __future__ import annotations

import json
import re
import shutil
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from loopback_site import Reply, Sites, html, redirect, serving
from office_folder import Done, Office, of_rule
from portal_site import ADVERT, EDUCATION, GONE, HOME, HOST, NEWS, NOTICES, REGISTRY, portal

TODAY = datetime.now(ZoneInfo("Asia/Shanghai")).date()

# INTERFACES, section 4: every key, and what its value may be.
_TEXT, _MAYBE, _MOMENT = str, (str, type(None)), "moment"
KEYS: dict[str, Any] = {
    "schema_version": int,
    "fingerprint": _TEXT,
    "check": {"freshness", "dead_links", "ads", "attribution", "ipv6"},
    "rule": _TEXT,
    "severity": {"veto", "problem", "advice"},
    "points": (int, float, type(None)),
    "basis": _TEXT,
    "fix": _TEXT,
    "site": _MAYBE,
    "account": _MAYBE,
    "unit": _MAYBE,
    "sponsor": _MAYBE,
    "column": _MAYBE,
    "page": _TEXT,
    "target": _MAYBE,
    "occurrences": int,
    "more_pages": list,
    "on_home": bool,
    "external": bool,
    "title": _TEXT,
    "detail": dict,
    "evidence": dict,
    "status": {
        "suspected",
        "confirmed",
        "notified",
        "replied",
        "disputed",
        "corrected",
        "dismissed",
        "exempt",
    },
    "overdue": bool,
    "recurred": bool,
    "origin": {"machine", "person", "找错", "上级通报", "自查", "第三方"},
    "first_seen": _MOMENT,
    "last_seen": _MOMENT,
    "deadline": "moment or null",
    "exempt_until": "moment or null",
    "reason": _MAYBE,
    "notice": _MAYBE,
    "run": (int, type(None)),
    "profile": _MAYBE,
}
EVIDENCE = {"snippet", "line", "selector", "screenshot", "observed"}


def assert_is_finding(finding: dict[str, Any]) -> None:
    """Every key of the surface is there, with a value of its kind."""
    assert not KEYS.keys() - finding.keys(), f"keys left out: {KEYS.keys() - finding.keys()}"
    for key, kind in KEYS.items():
        value = finding[key]
        where = f"{key} of {finding['rule']} is {value!r}"
        if isinstance(kind, set):
            assert value in kind, where
        elif isinstance(kind, str):
            if value is None:
                assert kind == "moment or null", where
                continue
            assert datetime.fromisoformat(value).utcoffset() == timedelta(0), f"{where}, not a time in UTC"
        else:
            assert isinstance(value, kind), where
    assert set(finding["evidence"]) == EVIDENCE, f"evidence of {finding['rule']}: {finding['evidence']}"


@dataclass
class Story:
    """An office with the portal registered, and its first run."""

    office: Office
    sites: Sites
    done: Done
    findings: list[dict[str, Any]]
    asked: list[str]
    """What the first run asked."""

    def stored(self) -> dict[str, dict[str, Any]]:
        """All findings of the registered site, by fingerprint."""
        file = self.office.folder / f"all-{self.office.commands}.json"
        self.office("govcrawl", "findings", "export", file.name).ended()
        return {finding["fingerprint"]: finding for finding in json.loads(file.read_text(encoding="utf-8"))}


@pytest.fixture(scope="module")
def first(new_office: Callable[[], Office]) -> Story:
    """The first run, made once; each test goes on in a copy of its folder."""
    office = new_office()
    with serving(portal(TODAY)) as sites:
        office.configure(sites.resolve())
        office.register(REGISTRY)
        done, findings = office.crawl("site=portal")
        return Story(office, sites, done.ended(), findings, list(sites.asked))


@pytest.fixture
def story(first: Story, tmp_path: Path) -> Iterator[Story]:
    folder = tmp_path / "office"
    shutil.copytree(first.office.folder, folder)
    office = Office(folder)
    with serving(portal(TODAY)) as sites:
        office.configure(sites.resolve())
        yield Story(office, sites, first.done, first.findings, first.asked)


def expected() -> set[tuple[str, str, str | None]]:
    """What is wrong with the portal: rule, page, target."""
    return {
        ("column-stale", NOTICES, None),
        ("column-stale", EDUCATION, None),
        ("link-broken", HOME, GONE),
        ("ad-network", HOME, ADVERT),
        ("source-vague", f"{NEWS}vague.html", None),
        ("ipv6-no-address", HOME, None),
    }


def told(findings: list[dict[str, Any]]) -> list[tuple[str, str, str | None]]:
    return [(finding["rule"], finding["page"], finding["target"]) for finding in findings]


def test_a_first_run_finds_each_fault_once_with_every_key(story: Story) -> None:
    assert sorted(told(story.findings)) == sorted(expected()), f"found:\n{story.done}"
    for finding in story.findings:
        assert_is_finding(finding)
        assert finding["site"] == "portal"
        assert finding["status"] == "confirmed", f"{finding['title']} is not sure"
    assert len({finding["fingerprint"] for finding in story.findings}) == len(story.findings)
    stale = {finding["column"]: finding for finding in of_rule(story.findings, "column-stale")}
    assert stale[EDUCATION]["unit"] == "jyj", "a column's own unit must mend it, not the sponsor"
    assert stale[EDUCATION]["sponsor"] == "zfb"
    assert stale[EDUCATION]["detail"]["newest"] == str(TODAY - timedelta(days=29))
    assert stale[EDUCATION]["detail"]["age_days"] == 29
    assert stale[EDUCATION]["detail"]["threshold_days"] == 14
    broken = of_rule(story.findings, "link-broken")[0]
    assert broken["on_home"] is True
    assert broken["external"] is True
    assert broken["detail"]["cause"] == "http"
    assert broken["detail"]["status"] == 404
    assert len(broken["evidence"]["observed"]) == 2, "a link is called dead after two tries"
    assert "旧版网站" in broken["evidence"]["snippet"]
    assert f"http://{HOST}/zwyw/" not in {
        finding["column"] for finding in of_rule(story.findings, "column-stale")
    }

    out = story.done.out
    for words in (
        "巡查结果",
        "完成",
        "页面",
        "用时",
        "需整改问题",
        "链接错误",
        "旧版网站",
        "责任单位：示例市教育局",
    ):
        assert words in out, f"the summary does not say {words!r}:\n{story.done}"
    report = Path(next(line for line in out.splitlines() if line.startswith("报告：")).removeprefix("报告："))
    assert report.is_file(), f"the report that the summary names is not there: {report}"
    text = report.read_text(encoding="utf-8")
    assert GONE in text, "the site's report does not name the dead link"
    assert "<script" not in text, "a report holds no script"

    run = story.office.last_run()
    assert (run["site"], run["result"], run["trial"]) == ("portal", "complete", False)
    assert run["columns_read"] == 3
    assert run["links_broken"] == 1
    assert run["pages"] == 29, f"home page, three columns, twenty-five articles: {run}"
    counts = Counter(address for address in story.asked if address.startswith(HOST))
    twice = {address: count for address, count in counts.items() if count > 1}
    assert not twice, f"pages that opened were asked again: {twice}"
    shown = story.office.json("runs", "show", str(run["run"]))
    assert {f["fingerprint"] for f in shown["findings"]} == {f["fingerprint"] for f in story.findings}


def test_a_list_without_dates_is_dated_by_its_articles(new_office: Callable[[], Office]) -> None:
    """Also where the home page links to the same articles, and so has queued them before."""
    office, pages = new_office(), portal(TODAY)
    for address in (f"{HOST}/jydt/", f"{HOST}/zwyw/"):
        column = pages[address]
        assert isinstance(column, Reply)
        pages[address] = Reply(re.sub(rb"<span>[^<]*</span>", b"", column.body))
    with serving(pages) as sites:
        office.configure(sites.resolve())
        office.register(REGISTRY)
        done, findings = office.crawl("site=portal", "checks=freshness")
    done.ended()
    told = {finding["column"]: finding for finding in findings}
    assert NEWS not in told, f"the news are fresh by their articles:\n{done}"
    assert told[EDUCATION]["rule"] == "column-stale"
    assert told[EDUCATION]["detail"]["newest"] == str(TODAY - timedelta(days=29))
    assert told[EDUCATION]["detail"]["read_from"] == "articles"


def test_what_is_mended_is_corrected_and_what_was_not_seen_is_not(story: Story) -> None:
    before = story.stored()
    ids = {(f["rule"], f["page"]): f["fingerprint"] for f in before.values()}
    pages = story.sites.pages
    # Mended: the advertisement is gone from the home page, the dead link's page is back.
    home = pages[f"{HOST}/"]
    assert isinstance(home, Reply)
    pages[f"{HOST}/"] = Reply(home.body.replace(f"<script src='{ADVERT}'></script>".encode(), b""))
    pages[GONE.removeprefix("http://")] = html("<p>旧版网站的档案，供公众查阅。</p>" * 20, title="档案")
    # Not seen: the stale column breaks off, the vague article is refused to the program.
    pages[f"{HOST}/tzgg/"] = Reply(drop=True)
    pages[f"{HOST}/zwyw/vague.html"] = Reply(b"denied", status=403)

    done, again = story.office.crawl("site=portal")
    done.ended()
    after = story.stored()
    status = {key: after[fingerprint]["status"] for key, fingerprint in ids.items()}
    assert status["ad-network", HOME] == "corrected"
    assert status["link-broken", HOME] == "corrected"
    assert status["column-stale", NOTICES] == "confirmed", "a column that could not be opened was not mended"
    assert status["source-vague", f"{NEWS}vague.html"] == "confirmed", "a refused page was not mended"
    assert status["column-stale", EDUCATION] == "confirmed"
    seen = {finding["fingerprint"]: finding for finding in again}
    kept = seen[ids["column-stale", EDUCATION]]
    assert kept["first_seen"] == before[kept["fingerprint"]]["first_seen"], (
        "the day it was first seen is lost"
    )
    assert kept["last_seen"] >= before[kept["fingerprint"]]["last_seen"]
    assert kept["run"] == 2
    assert ids["ad-network", HOME] not in seen, "a feed holds what this run saw"

    # It comes back: the same finding, with its history.
    pages[f"{HOST}/"] = home
    _, third = story.office.crawl("site=portal")
    back = next(finding for finding in third if finding["rule"] == "ad-network")
    assert back["fingerprint"] == ids["ad-network", HOME]
    assert back["recurred"] is True
    assert back["first_seen"] == before[back["fingerprint"]]["first_seen"]


def test_a_run_over_an_unchanged_site_changes_nothing_but_the_day_it_was_seen(story: Story) -> None:
    before = story.stored()
    done, again = story.office.crawl("site=portal")
    done.ended()
    assert {f["fingerprint"] for f in again} == set(before), "the same faults, the same fingerprints"
    for finding in again:
        old = before[finding["fingerprint"]]
        changed = {key for key in KEYS if finding[key] != old[key]}
        assert changed <= {"last_seen", "run", "evidence", "detail"}, f"{finding['title']}: {changed}"


def test_trials_leave_the_registered_findings_alone(story: Story) -> None:
    before = story.stored()
    later = TODAY + timedelta(days=400)
    done, as_of = story.office.crawl("site=portal", f"as_of={later}")
    done.ended()
    assert "试查" in done.out, f"the summary does not say that this is a trial:\n{done}"
    stale = {finding["column"]: finding for finding in of_rule(as_of, "column-stale")}
    assert set(stale) == {NEWS, NOTICES, EDUCATION}, "by then the news are stale, too"
    assert stale[NEWS]["detail"]["age_days"] == 401
    assert len(of_rule(as_of, "home-stale")) == 1

    done, by_url = story.office.crawl(f"url={HOME}")
    done.ended()
    assert {f["site"] for f in by_url} == {HOST}, "of a trial by address, the site is the host"
    for finding in by_url:
        assert_is_finding(finding)
        assert finding["unit"] is None
    guessed = of_rule(by_url, "column-stale")
    assert {f["status"] for f in guessed} == {"suspected"}, "a column that was guessed is never sure"
    assert {f["column"] for f in guessed} == {NOTICES, EDUCATION}

    runs = story.office.json("runs", "list")
    assert [(run["site"], run["trial"], run["as_of"]) for run in runs] == [
        (HOST, True, None),
        ("portal", True, str(later)),
        ("portal", False, None),
    ]
    assert story.stored() == before, "a trial changed what is kept of a registered site"
    assert {f["site"] for f in story.office.json("findings", "list", "--all")} == {"portal"}


def test_checks_and_limits_narrow_a_run_and_correct_nothing_else(story: Story) -> None:
    before = story.stored()
    done, few = story.office.crawl("site=portal", "checks=freshness,dead_links")
    done.ended()
    assert {f["check"] for f in few} == {"freshness", "dead_links"}
    assert story.stored().keys() == before.keys()
    assert {f["status"] for f in story.stored().values()} == {"confirmed"}, "not checked is not corrected"

    home = story.sites.pages[f"{HOST}/"]
    assert isinstance(home, Reply)
    story.sites.pages[f"{HOST}/"] = Reply(home.body.replace(ADVERT.encode(), b"/own.js"))
    done, _ = story.office.crawl("site=portal", "max_pages=6")
    done.ended()
    assert "达到页面数量上限（6个）" in done.out, f"what a limit cut is not said:\n{done}"
    run = story.office.last_run()
    assert run["result"] == "partial"
    assert run["limits_hit"], "the run does not keep what was cut"
    assert run["pages"] <= 9, f"max_pages=6 and three columns, yet {run['pages']} pages"
    after = story.stored()
    advert = next(f for f in after.values() if f["rule"] == "ad-network")
    assert advert["status"] == "confirmed", "a run that was cut short corrects nothing"

    done, _ = story.office.crawl("site=portal", "depth=0")
    done.ended()
    assert "达到抓取深度上限（0层）" in done.out


def test_a_site_that_is_down_is_unreachable_and_blamed_for_nothing(story: Story) -> None:
    before = story.stored()
    story.office.configure(story.sites.resolve(www_example_gov_cn=""))
    done, findings = story.office.crawl("site=portal")
    done.ended(3)
    assert findings == []
    assert "无法访问" in done.out
    run = story.office.last_run()
    assert run["result"] == "unreachable"
    assert {item["check"] for item in run["not_tested"]} == {
        "freshness",
        "dead_links",
        "ads",
        "attribution",
        "ipv6",
    }
    assert story.stored() == before, "a site that is down has mended nothing"


NOT_JUDGED = {
    "403": (Reply(b"<html><title>403</title><body>forbidden</body></html>", status=403), "拒绝程序访问"),
    "412": (Reply(b"", status=412), "拒绝程序访问"),
    "a document": (Reply(b"%PDF-1.7 " + b"x" * 500, kind="application/pdf"), "首页返回的不是网页"),
    "a redirect elsewhere": (redirect("http://good.example.org/"), "首页跳转到站外地址"),
    "a redirect to loopback": (redirect("http://127.0.0.1:8080/admin"), "内部网络"),
    "a redirect to metadata": (redirect("http://169.254.169.254/latest/meta-data/"), "内部网络"),
}


def test_a_home_page_that_cannot_be_judged_is_said_to_be_so(story: Story) -> None:
    before = story.stored()
    for case, (home, reason) in NOT_JUDGED.items():
        story.sites.pages[f"{HOST}/"] = home
        done, findings = story.office.crawl("site=portal")
        done.ended(3)
        assert findings == [], f"{case}: a finding about a page that was not seen"
        assert "访问受阻" in done.out, f"{case}: the summary does not say that it was blocked:\n{done}"
        assert reason in done.out, f"{case}: the summary does not say why:\n{done}"
    runs = story.office.json("runs", "list")[: len(NOT_JUDGED)]
    for run, (case, (_, reason)) in zip(runs, reversed(NOT_JUDGED.items()), strict=True):
        assert run["result"] == "blocked", f"{case}: {run}"
        assert all(reason in item["reason"] for item in run["not_tested"]), f"{case}: {run}"
    assert story.stored() == before, "a home page that was not seen changed findings"


def test_a_crawl_listens_nowhere_and_leaves_nothing_outside_its_folder(story: Story, tmp_path: Path) -> None:
    gate = threading.Event()
    story.sites.pages[f"{HOST}/"] = Reply(html("<p>正文</p>").body, gate=gate)
    asked = len(story.sites.asked)
    home = tmp_path / "home"
    home.mkdir()
    running = story.office.start("scrapy", "crawl", "site", "-a", "site=portal", env={"HOME": str(home)})
    try:
        story.sites.wait_for(asked + 1)
        assert listening(running.pid) == set(), "a crawl opened a port on this machine"
    finally:
        gate.set()
    running.done().ended()
    assert list(home.rglob("*")) == [], "a crawl wrote into the user's home"
    made = {path.name for path in story.office.folder.iterdir()}
    assert {name for name in made if not name.startswith("feed-")} == {
        "govcrawl.toml",
        "registry.yaml",
        "scrapy.cfg",
        "var",
    }


def listening(pid: int) -> set[str]:
    """Local addresses on which a process listens (proc_pid_net(5): state 0A)."""
    own = set()
    for handle in Path(f"/proc/{pid}/fd").iterdir():
        try:
            own.add(str(handle.readlink()))
        except OSError:
            continue  # closed meanwhile
    found = set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/{pid}/net/{table}").read_text(encoding="ascii").splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A" and f"socket:[{fields[9]}]" in own:
                found.add(fields[1])
    return found
