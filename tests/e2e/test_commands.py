"""The commands of a working week, in one office: the night, its runs and findings, the papers, upkeep."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pytest
import yaml
from loopback_site import Reply, Sites, html
from office_folder import Done, Office, of_rule
from portal_site import GONE, HOST, REGISTRY, article, listing, portal

ZONE = ZoneInfo("Asia/Shanghai")
TODAY = datetime.now(ZONE).date()
BUREAU, DOWN = "jyj.example.gov.cn", "down.example.gov.cn"
SITES = f"""\
  - id: jyj
    name: 示例市教育局
    unit: jyj
    url: http://{BUREAU}/
    kind: 部门网站
    columns:
      - {{name: 教育新闻, url: http://{BUREAU}/xw/, type: 动态要闻, level: 1}}
  - {{id: down, name: 示例市停机网, unit: jyj, url: "http://{DOWN}/", kind: 部门网站}}
  - {{id: closed, name: 示例市旧网站, unit: jyj, url: "http://old.example.gov.cn/", status: 永久下线}}
"""


def bureau() -> dict[str, Any]:
    """A small site with one thing that a person has to look at: an article without a date."""
    column, articles = listing("/xw/", "教育新闻", [TODAY - timedelta(days=n) for n in range(1, 5)])
    pages = {f"{BUREAU}{address.removeprefix(HOST)}": reply for address, reply in articles.items()}
    pages[f"{BUREAU}/xw/"] = column
    pages[f"{BUREAU}/zn/undated.html"] = article("办理学籍证明需要哪些材料", None, "示例市教育局")
    pages[f"{BUREAU}/"] = html(
        f"<ul><li><a href='/xw/'>教育新闻</a></li><li><a href='/zn/undated.html'>办理学籍证明需要哪些材料</a>"
        f"<span>{TODAY}</span></li></ul>",
        title="示例市教育局",
    )
    return pages


@dataclass
class Night:
    """An office after its first night: two sites inspected, one down."""

    office: Office
    sites: Sites
    done: Done

    def finding(self, rule: str, site: str) -> dict[str, Any]:
        """The finding of a rule of a site, as it now stands."""
        found = of_rule(self.office.json("findings", "list", "--all", "--site", site), rule)
        assert len(found) == 1, f"{rule} of {site}: {found}"
        return dict(found[0])


@pytest.fixture(scope="module")
def night(new_office: Callable[[], Office]) -> Iterator[Night]:
    office = new_office()
    with Sites({**portal(TODAY), **bureau()}) as sites:
        sites.pages[f"{DOWN}/"] = Reply(drop=True)
        office.configure(sites.resolve(down_example_gov_cn=""))
        office.register(REGISTRY + SITES)
        yield Night(office, sites, office("govcrawl", "nightly"))


# The night


def test_a_night_with_one_site_down_inspects_the_others_and_says_so(night: Night) -> None:
    done = night.done.ended(1)
    for line in (
        "/3] portal 已巡查 页面29 问题6",
        "/3] jyj 已巡查",
        "/3] down 未能判定 页面0 问题0",
        "共 3 个网站，已巡查 2 个，未能判定 1 个",
    ):
        assert line in done.out, f"without a terminal, {line!r} should be a line of its own:\n{done}"
    assert "无法访问" in done.out, "why it could not be judged"
    assert "\x1b" not in done.said, f"no colours without a terminal:\n{done}"
    runs = {run["site"]: run for run in night.office.json("runs", "list")}
    assert {site: run["result"] for site, run in runs.items()} == {
        "portal": "complete",
        "jyj": "complete",
        "down": "unreachable",
    }, "one run for each site in operation, none for the one that was shut"
    logs = [path.name for path in (night.office.folder / "var" / "logs").iterdir()]
    assert sorted(logs) == sorted(f"{TODAY}-{name}.log" for name in ("portal", "jyj", "down", "nightly"))


def test_named_sites_and_the_exit_status_of_a_night(night: Night) -> None:
    told = night.office("govcrawl", "nightly", "jyj", "--json").ended(0).json
    assert [(one["site"], one["inspected"], one["reason"]) for one in told] == [("jyj", True, None)]
    assert told[0]["run"]["result"] == "complete"
    assert told[0]["run"]["pages"] == 7
    none = night.office("govcrawl", "nightly", "down", "--json").ended(3).json
    assert [(one["site"], one["inspected"]) for one in none] == [("down", False)]
    assert "无法访问" in none[0]["reason"]


def test_a_link_that_failed_once_is_asked_again_when_the_sites_are_done(
    new_office: Callable[[], Office],
) -> None:
    office = new_office()
    pages: dict[str, Any] = bureau()
    once = f"{BUREAU}/zn/once.html"
    pages[f"{BUREAU}/"] = html(f"<a href='/zn/once.html'>办事指南</a>{'办事服务' * 60}", title="示例市教育局")
    with Sites(pages) as sites:
        sites.pages[once] = Reply(drop=True)
        office.configure(sites.resolve())
        settings = office.folder / "govcrawl.toml"
        text = settings.read_text(encoding="utf-8")
        settings.write_text(
            text.replace("confirm_after_transient = 0.2", "confirm_after_transient = 1.0"), encoding="utf-8"
        )
        office.register(REGISTRY + SITES)
        done = office("govcrawl", "nightly", "jyj").ended(0)
    assert "第二次尝试 1 个打不开的链接" in done.out, f"what the night waits for is said:\n{done}"
    assert "第二次尝试：确认 1 个，排除 0 个" in done.out, str(done)
    (found,) = of_rule(office.json("findings", "list", "--all", "--site", "jyj"), "link-broken")
    assert found["status"] == "confirmed"
    assert [attempt["error"] for attempt in found["detail"]["tries"]] == ["reset", "reset"]
    assert len(found["evidence"]["observed"]) == 2


def test_what_can_not_wait_stands_at_the_end_of_a_night(new_office: Callable[[], Office]) -> None:
    office = new_office()
    leak = ("--rule", "information-leak", "--site", "jyj", "--who", "张某", "--title", "附件列出身份证号码")
    with Sites(bureau()) as sites:
        office.configure(sites.resolve())
        office.register(REGISTRY + SITES)
        quiet = office("govcrawl", "nightly", "jyj").ended(0)
        office("govcrawl", "findings", "add", *leak).ended(0)
        done = office("govcrawl", "nightly", "jyj").ended(0)
    assert "紧急问题" not in quiet.said, "nothing is urgent"
    assert "紧急问题 1 项，请立即处置（govcrawl notices issue --urgent）" in done.out, str(done)
    assert "附件列出身份证号码" in done.out
    assert "没有设置 [office] duty" in done.err, "an office that told nobody learns it"


def test_status_tells_how_the_night_went_and_what_waits(night: Night) -> None:
    told = night.office("govcrawl", "status", "--json").ended(0).json
    assert told["night"]["sites"] >= 1
    assert told["night"]["ended"] is not None
    assert told["findings"]["suspected"] >= 1
    assert told["mail"] == {"queued": 0, "unsure": 0, "refused": 0}
    assert told["bytes"]["database"] > 0
    assert told["bytes"]["free"] > 0
    table = night.office("govcrawl", "status").ended(0).out
    for said in ("上次夜间巡查", "疑似待核实", "待发邮件", "磁盘剩余"):
        assert said in table


def test_probe_tells_which_home_pages_open_and_says_when_a_round_proves_nothing(night: Night) -> None:
    told = night.office("govcrawl", "probe", "portal", "jyj", "--json").ended(0).json
    assert [(one["site"], one["state"]) for one in told["sites"]] == [("portal", "up"), ("jyj", "up")]
    assert told["void"] is None
    alone = night.office("govcrawl", "probe").ended(3)
    assert "无法访问" in alone.out
    assert "本轮不作数：没有设置对照网址（[crawl] control_urls）" in alone.err
    assert night.office("govcrawl", "probe", "nowhere").ended(2).err


# Runs and findings


def test_runs_are_listed_and_shown_with_what_they_did_not_see(night: Night) -> None:
    runs = night.office.json("runs", "list", "--site", "down")
    keys = {
        *("run", "site", "started", "ended", "result", "pages", "columns_read", "columns_unreadable"),
        *("links_ok", "links_broken", "links_unverified", "not_tested", "limits_hit"),
    }
    assert not keys - runs[-1].keys(), f"keys left out: {keys - runs[-1].keys()}"
    assert {tuple(item) for item in runs[-1]["not_tested"]} == {("check", "reason")}
    shown = night.office("govcrawl", "runs", "show", str(runs[-1]["run"])).ended()
    assert "首页两次访问均失败" in shown.out
    table = night.office("govcrawl", "runs", "list").ended().out
    for words in ("portal", "完成", "无法访问"):
        assert words in table


def test_findings_are_listed_shown_and_exported_in_three_forms(night: Night) -> None:
    office, folder = night.office, night.office.folder
    listed = office.json("findings", "list", "--site", "portal")
    assert {finding["site"] for finding in listed} == {"portal"}
    assert {f["unit"] for f in office.json("findings", "list", "--unit", "jyj")} == {"jyj"}
    suspected = office.json("findings", "list", "--status", "suspected")
    assert {finding["status"] for finding in suspected} == {"suspected"}
    broken = night.finding("link-broken", "portal")
    shown = office.json("findings", "show", broken["fingerprint"][:8])
    assert shown["fingerprint"] == broken["fingerprint"]
    assert [step["event"] for step in shown["history"]], "its history is shown"
    text = office("govcrawl", "findings", "show", broken["fingerprint"]).ended().out
    for words in (GONE, "国办秘函", "首次发现", "办理过程"):
        assert words in text, f"{words!r} is not shown:\n{text}"

    for name in ("all.json", "all.csv", "all.xlsx"):
        office("govcrawl", "findings", "export", name).ended()
    exported = json.loads((folder / "all.json").read_text(encoding="utf-8"))
    assert {f["fingerprint"] for f in listed} <= {f["fingerprint"] for f in exported}
    rows = list(csv.reader(io.StringIO((folder / "all.csv").read_text(encoding="utf-8-sig"))))
    sheet = openpyxl.load_workbook(folder / "all.xlsx", read_only=True).worksheets[0]
    cells = [[str(cell) for cell in row if cell is not None] for row in sheet.iter_rows(values_only=True)]
    for table in (rows, cells):
        matching = [row for row in table if any(GONE in cell for cell in row)]
        assert len(matching) == 1, f"the dead link stands in {len(matching)} rows"
        assert any("示例市人民政府" in cell for cell in matching[0]), f"without its site: {matching[0]}"
    assert len(rows) == len(exported) + 1, "a heading, and a row a finding"
    office("govcrawl", "findings", "export", "all.json").refused(2, "all.json", "--force")
    office("govcrawl", "findings", "export", "all.json", "--force").ended()


def test_a_person_confirms_dismisses_and_exempts(night: Night) -> None:
    office = night.office
    undated = night.finding("date-missing", "jyj")
    assert undated["status"] == "suspected"
    done = office("govcrawl", "findings", "confirm", undated["fingerprint"][:10], "--who", "张某").ended()
    assert "已核实" in done.out
    assert night.finding("date-missing", "jyj")["status"] == "confirmed"

    vague = night.finding("source-vague", "portal")["fingerprint"]
    office("govcrawl", "findings", "dismiss", vague, "--reason", "网络是该刊名称", "--who", "张某").ended()
    advert = night.finding("ad-network", "portal")["fingerprint"]
    until = TODAY + timedelta(days=30)
    office(
        *("govcrawl", "findings", "exempt", advert, "--reason", "合同到期前暂留", "--until", str(until))
    ).ended()
    exempt = night.finding("ad-network", "portal")
    assert exempt["status"] == "exempt"
    assert exempt["reason"] == "合同到期前暂留"
    ends = datetime.fromisoformat(exempt["exempt_until"]).astimezone(ZONE)
    assert (ends - timedelta(seconds=1)).date() == until, "up to and with that day, in the office's zone"
    past = TODAY - timedelta(days=2)
    office("govcrawl", "findings", "exempt", vague, "--reason", "x", "--until", str(past)).ended(2)

    _, again = office.crawl("site=portal")
    status = {finding["fingerprint"]: finding["status"] for finding in again}
    assert status[vague] == "dismissed", "a false alarm stays one"
    assert status[advert] == "exempt", "an exemption holds"
    history = office.json("findings", "show", vague)["history"]
    assert [(step["after"], step["who"]) for step in history][:2] == [
        ("confirmed", None),
        ("dismissed", "张某"),
    ]
    open_now = {finding["fingerprint"] for finding in office.json("findings", "list")}
    assert not {vague, advert} & open_now, "what is settled is not listed as open"


# Papers


def test_the_weekly_report_is_written_where_it_says(night: Night) -> None:
    year, week, _ = TODAY.isocalendar()
    told = night.office.json("report", "weekly", "--week", f"{year}-W{week:02}", "--out", "papers")
    assert (told["report"], told["period"]) == ("weekly", f"{year}-W{week:02}")
    paths = [night.office.folder / path for path in told["paths"]]
    assert {path.suffix for path in paths} == {".html", ".xlsx"}
    assert all(path.is_file() for path in paths)
    assert {path.parent.name for path in paths} == {"papers"}
    page = next(path for path in paths if path.suffix == ".html").read_text(encoding="utf-8")
    for words in ("示例市政府网站周巡查情况", "示例市停机网", "示例市教育局", GONE):
        assert words in page, f"{words!r} is not in the report"
    assert zipfile.is_zipfile(next(path for path in paths if path.suffix == ".xlsx"))
    plain = night.office("govcrawl", "report", "weekly", "--week", f"{year}-W{week:02}").ended()
    assert all(Path(line).is_file() for line in plain.out.splitlines()), plain.out
    last = night.office.json("report", "weekly")
    monday = TODAY - timedelta(days=TODAY.weekday() + 7)
    assert last["period"] == f"{monday:%G-W%V}", "without a week, the last complete one"


# Pages and links


def test_extract_prints_one_object_a_page(night: Night) -> None:
    office = night.office
    page = article("示例市召开工作会议", TODAY, "新华社")
    (office.folder / "页面.html").write_bytes(page.body)
    url = f"http://{HOST}/zwyw/"
    done = office(
        *("govcrawl", "extract", "页面.html", url, "--json", "--base-url", f"http://{HOST}/zwyw/a.html")
    ).ended()
    first, second = done.lines
    keys = {"input", "url", "kind", "encoding", "title", "published", "source", "reprint", "items", "newest"}
    for told in (first, second):
        assert not keys - told.keys(), f"keys left out: {keys - told.keys()}"
    assert (first["input"], first["kind"], first["source"]) == ("页面.html", "article", "新华社")
    assert first["published"] == str(TODAY)
    assert first["reprint"] is True
    assert (second["input"], second["kind"]) == (url, "list")
    assert second["newest"] == str(TODAY - timedelta(days=1))
    assert len(second["items"]) == 8
    assert set(second["items"][0]) == {"title", "url", "published"}
    assert second["items"][0]["url"].startswith(url)

    partly = office("govcrawl", "extract", "lost.html", "页面.html", "--json").ended(2)
    assert [told["input"] for told in partly.lines] == ["页面.html"], "what can be read is read"
    assert "lost.html" in partly.err
    office("govcrawl", "extract", f"http://{DOWN}/", "--json").refused(3, DOWN)
    assert "新华社" in office("govcrawl", "extract", "页面.html").ended().out


def test_check_links_prints_one_verdict_a_link_in_order(night: Night) -> None:
    urls = {
        "http://good.example.org/": ("ok", None, 200),
        GONE: ("broken", "http", 404),
        f"http://{DOWN}/": ("broken", "refused", None),
        "mailto:zwgk@example.gov.cn": ("skipped", None, None),
        "http://127.0.0.1/": ("skipped", "forbidden-address", None),
        "http://169.254.169.254/latest/": ("skipped", "forbidden-address", None),
    }
    done = night.office("govcrawl", "check-links", *urls, "--json").ended()
    assert [told["url"] for told in done.lines] == list(urls)
    for told in done.lines:
        keys = {"url", "verdict", "cause", "status", "final_url", "redirects", "tries"}
        assert not keys - told.keys(), f"keys left out: {keys - told.keys()}"
        assert (told["verdict"], told["cause"], told["status"]) == urls[told["url"]], told
        for attempt in told["tries"]:
            assert {"method", "status", "error", "ms"} <= attempt.keys()
    tries = {told["url"]: len(told["tries"]) for told in done.lines}
    assert tries[GONE] == 2, "broken only after two tries"


# This machine and this folder


def test_doctor_tells_what_is_there_and_what_a_lack_means(night: Night) -> None:
    done = night.office("govcrawl", "doctor", "--json")
    assert done.status in {0, 3}, f"{done}"
    told = done.json
    assert len(told) >= 5, f"what this machine can do: {told}"
    for one in told:
        assert {"name", "state", "found", "means"} <= one.keys(), one
    assert "Traceback" not in night.office("govcrawl", "doctor").said


def test_init_overwrites_nothing(office: Office) -> None:
    files = {name: (office.folder / name).read_bytes() for name in ("registry.yaml", "scrapy.cfg")}
    (office.folder / "govcrawl.toml").write_text("[crawl]\ndepth = 2\n", encoding="utf-8")
    (office.folder / "scrapy.cfg").unlink()
    done = office("govcrawl", "init").ended()
    assert "已有，未改动：govcrawl.toml" in done.out
    assert "已写入：scrapy.cfg" in done.out
    assert (office.folder / "govcrawl.toml").read_text(encoding="utf-8") == "[crawl]\ndepth = 2\n"
    assert {name: (office.folder / name).read_bytes() for name in files} == files
    office("govcrawl", "init", "分局").ended()
    assert (office.folder / "分局" / "govcrawl.toml").is_file()


def test_the_catalogue_explains_every_rule_with_its_numbers(night: Night) -> None:
    rules = night.office.json("checks")
    assert {rule["check"] for rule in rules} == {"freshness", "dead_links", "ads", "attribution", "ipv6"}
    assert all(rule["basis"] and rule["fix"] and rule["title"] for rule in rules)
    told = night.office("govcrawl", "explain", "home-stale").ended().out
    for words in ("首页不更新", "单项否决", "home.stale_days", "14"):
        assert words in told, f"{words!r} is not explained:\n{told}"
    profile = night.office.json("profile", "show")
    assert profile["name"] == "tongliao-2023"
    for key, value in profile["values"].items():
        assert value["source"], f"{key} has no source"
        assert isinstance(value["verified"], bool)
    national = night.office.json("profile", "show", "national-2019")
    assert national["name"] == "national-2019"


def test_settings_are_found_from_anywhere(night: Night, tmp_path: Path) -> None:
    office = night.office
    wanted = office.json("runs", "list")
    file = str(office.folder / "govcrawl.toml")
    below = office.folder / "var" / "reports"
    below.mkdir(parents=True, exist_ok=True)
    try:
        office.cwd = below
        assert office.json("runs", "list") == wanted, "from a folder below"
        office.cwd = tmp_path
        assert office.json("runs", "list") == [], "from elsewhere: another database"
        for words in (
            ("--config", file, "runs", "list", "--json"),
            ("runs", "list", "--json", "--config", file),
            ("runs", f"--config={file}", "list", "--json"),
        ):
            assert office("govcrawl", *words).ended().json == wanted, f"govcrawl {' '.join(words)}"
        told = office("govcrawl", "runs", "list", "--json", env={"GOVCRAWL_CONFIG": file}).ended().json
        assert told == wanted, "by GOVCRAWL_CONFIG"
    finally:
        office.cwd = office.folder


# Upkeep


def test_a_backup_holds_everything(night: Night) -> None:
    office = night.office
    office("govcrawl", "db", "backup", "copy.db").ended()
    with closing(sqlite3.connect(office.folder / "copy.db")) as copy:
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    env = {"GOVCRAWL_DATABASE_URL": f"sqlite:///{office.folder}/copy.db"}
    told = office("govcrawl", "findings", "list", "--all", "--json", env=env).ended().json
    assert told == office.json("findings", "list", "--all")
    office("govcrawl", "db", "backup", "govcrawl.toml/copy.db").refused(3, "govcrawl.toml")


def test_the_registry_goes_in_and_out(night: Night) -> None:
    office = night.office
    text = (office.folder / "registry.yaml").read_text(encoding="utf-8")
    changed = text.replace("name: 示例市停机网", "name: 示例市改名网").replace(
        "name: 教育动态", "name: 教育要闻"
    )
    changed += (
        "  - {id: added, name: 示例市新网站, unit: zfb, url: 'http://new.example.gov.cn/', kind: 部门网站}\n"
    )
    (office.folder / "changed.yaml").write_text(changed, encoding="utf-8")
    done = office("govcrawl", "registry", "import", "changed.yaml", "--dry-run").ended()
    for words in ("示例市改名网", "示例市新网站", "试运行，未写入"):
        assert words in done.out, f"{words!r} is not told:\n{done}"
    told = office.json("registry", "import", "changed.yaml", "--dry-run")
    assert told["dry_run"] is True
    assert [one["name"] for one in told["added"]] == ["示例市新网站"], told
    office("govcrawl", "registry", "export", "now.yaml").ended()
    assert "示例市新网站" not in (office.folder / "now.yaml").read_text(encoding="utf-8"), "a dry run wrote"

    office("govcrawl", "registry", "export", "now.xlsx").ended()
    same = office.json("registry", "import", "now.xlsx", "--dry-run")
    assert (same["added"], same["changed"]) == ([], []), f"what was exported is what is there: {same}"
    again = office.json("registry", "import", "now.yaml", "--dry-run")
    assert (again["added"], again["changed"]) == ([], [])
    sites = yaml.safe_load((office.folder / "now.yaml").read_text(encoding="utf-8"))["sites"]
    assert [site["id"] for site in sites] == ["portal", "jyj", "down", "closed"]

    check = office("govcrawl", "registry", "check", "--json")
    levels = {hint["level"] for hint in check.json}
    assert check.status == (1 if "error" in levels else 0), f"{check}"
