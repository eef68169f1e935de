"""The papers as files: whole, self-contained, harmless, readable with nothing to say."""

from __future__ import annotations

import re
import threading
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import hostile
import pytest
from jinja2 import TemplateNotFound, UndefinedError
from lxml import html
from samples import OFFICE, PROFILE, REGISTRY, RULES, Sample, finding, findings, link, runs

from govcrawl.files import write_atomically
from govcrawl.model import Registry, RunRecord, RunResult, Site, Status, Unit
from reports.blocks import BODY_WHOLE, shown_of
from reports.documents import write_weekly
from reports.rendering import render
from reports.site import write_site_report
from reports.weekly import BODY_LIMIT

PORTAL = REGISTRY.sites[0]
COMPLETE = runs()[1]


def weekly(folder: Path, sample: Sample | None = None) -> html.HtmlElement:
    """The weekly paper of a sample, parsed."""
    paper, _ = write_weekly((sample or Sample()).inspect(), folder)
    return html.document_fromstring(paper.read_text(encoding="utf-8"))


def of_site(
    folder: Path,
    records: list,
    *,
    run: RunRecord = COMPLETE,
    site: Site = PORTAL,
    unit: Unit | None = REGISTRY.units[0],
    registry: Registry = REGISTRY,
    templates: Path | None = None,
) -> tuple[Path, html.HtmlElement]:
    """The report of a site, its path and itself parsed."""
    path = write_site_report(
        site=site,
        unit=unit,
        run=run,
        findings=records,
        registry=registry,
        profile=PROFILE,
        rules=RULES,
        office=OFFICE,
        out_dir=folder,
        templates=templates,
    )
    return path, html.document_fromstring(path.read_text(encoding="utf-8"))


def text_of(tree: html.HtmlElement) -> str:
    """The text that a reader sees, without spaces."""
    return re.sub(r"\s+", "", tree.find("body").text_content())


def assert_harmless(tree: html.HtmlElement) -> None:
    """Nothing runs, nothing is loaded, nothing leads anywhere but to the web."""
    for element in tree.iter():
        if not isinstance(element.tag, str):
            pytest.fail(f"a comment or instruction got into the page: {element}")
        assert element.tag not in {"script", "img", "iframe", "object", "embed", "link", "base", "form"}
        for name, value in element.attrib.items():
            assert not name.startswith("on"), f"{element.tag} got {name}"
            assert name not in {"src", "srcset", "background", "formaction", "style", "xlink:href"}
            if name == "href":
                assert value.startswith(("http://", "https://", "#")), f"a link leads to {value[:80]}"
                if not value.startswith("#"):
                    assert element.get("rel") == "noopener noreferrer"
    style = "".join(tree.xpath("//style//text()"))
    assert "url(" not in style.replace("url(#", "")
    assert "@import" not in style


def test_the_weekly_paper_and_the_ledger_are_written(tmp_path):
    paths = write_weekly(Sample().inspect(), tmp_path / "out")
    assert [path.name for path in paths] == [
        "周巡查情况（2026-11-16至2026-11-22）.html",
        "问题整改台账（2026-11-16至2026-11-22）.xlsx",
    ]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(p.name for p in paths)


def test_the_weekly_paper_is_a_document_of_its_own(tmp_path):
    tree = weekly(tmp_path)
    assert tree.get("lang") == "zh-CN"
    assert tree.findtext(".//title") == "示例市政府网站周巡查情况（11月16日至11月22日）"
    assert tree.find(".//h1").text_content() == tree.findtext(".//title")
    assert [h2.text for h2 in tree.iter("h2")] == [
        "一、总体情况",
        "二、各网站巡查结果",
        "三、整改变化情况",
        "四、已核实的问题",
        "五、疑似问题（需人工核实）",
        "六、未能核实的链接",
        "七、未能判定的内容",
    ]
    assert all(table.find("caption") is not None for table in tree.iter("table"))
    assert all(svg.get("aria-label") or svg.get("aria-hidden") for svg in tree.iter("svg"))
    levels = [int(heading.tag[1]) for heading in tree.iter("h1", "h2", "h3", "h4", "h5")]
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert_harmless(tree)


def test_the_weekly_paper_says_what_it_should(tmp_path):
    text = text_of(weekly(tmp_path))
    for part in (
        "《示例市政府网站和政务新媒体管理办法》（2026年1月1日）第十九条",
        "技术检测",
        "2026年11月16日至11月22日",
        "hxxp://bad-example[.]test/promo?id=1",
        "源代码第181行",
        "11月22日22:04:11返回404；22:06:13返回404",
        "对方服务器拒绝程序访问（HTTP403）",
        "本机没有IPv6网络，未检测IPv6访问。",
        "已达到每站5000页的上限",
        "联系电话：0000-0000000",
    ):
        assert part in text, f"the paper does not say {part}"
    for word in ("2026-W47", "坏链", "None", "Undefined", "bad-example.test"):
        assert word not in text, f"the paper must not say {word}"


def test_hijacked_addresses_are_nowhere_to_be_clicked(tmp_path):
    raw = write_weekly(Sample().inspect(), tmp_path)[0].read_text(encoding="utf-8")
    assert "bad-example.test" not in raw
    _, tree = of_site(tmp_path, findings())
    assert "bad-example.test" not in html.tostring(tree, encoding="unicode")


def test_nothing_found_reads_well(tmp_path):
    whole = [replace(COMPLETE, run=n, site=site.id) for n, site in enumerate(REGISTRY.sites[:4])]
    clean = [replace(run, not_tested=(), unverified=()) for run in whole]
    text = text_of(weekly(tmp_path, Sample(runs=clean, findings=[], before=[])))
    assert "未发现已核实的问题" in text
    assert "合格的4个" in text
    assert "没有未能判定的网站" in text
    assert "没有未能核实的链接" in text
    assert "没有上周的巡查数据" in text
    assert not re.search(r"(?<!\d)0项，其中", text)


def test_nothing_inspected_reads_well(tmp_path):
    text = text_of(weekly(tmp_path, Sample(runs=[], findings=[], before=[])))
    assert "本周没有完成对任何网站的巡查" in text
    assert "未发现" not in text, "nobody looked, so nothing can be said to be in order"
    assert "合格的" not in text.replace("不合格的", "")
    assert "未能判定的4个" in text
    assert "本期没有巡查记录" in text


def test_one_finding_and_an_empty_registry(tmp_path):
    assert "链接错误" in text_of(weekly(tmp_path, Sample(findings=[link(1, "http", 404)])))
    empty = Sample(registry=Registry(), runs=[], findings=[], before=[])
    assert "没有登记正常运行的网站" in text_of(weekly(tmp_path, empty))


def test_five_thousand_findings_of_a_site_stay_readable(tmp_path):
    many = [link(n, "http", 404, target=f"http://a.example.org/{n}.pdf") for n in range(5000)]
    tree = weekly(tmp_path, Sample(findings=many))
    assert len(tree.xpath("//li[@class='finding']")) == 50
    assert "另有4950项未在此列出" in text_of(tree)


@pytest.mark.parametrize("text", hostile.TEXTS, ids=range(len(hostile.TEXTS)))
def test_hostile_text_is_only_text_in_the_weekly_paper(tmp_path, text):
    tree = weekly(tmp_path, hostile.sample(text))
    assert_harmless(tree)
    assert "49" not in text_of(tree) or "49" in text, "a template ran what stood in a page"
    for mark in "\u202e\u2066\u200b\x00":
        assert mark not in html.tostring(tree, encoding="unicode")


@pytest.mark.parametrize("text", hostile.TEXTS, ids=range(len(hostile.TEXTS)))
def test_hostile_text_is_only_text_in_the_report_of_a_site(tmp_path, text):
    registry = hostile.registry(text)
    records = hostile.records(text)
    run = hostile.hostile_runs(text)[1]
    strange = replace(registry.sites[0], id=text)
    path, tree = of_site(tmp_path, records, run=run, site=strange, registry=registry)
    assert_harmless(tree)
    assert path.parent == tmp_path, "an id of a site led out of the folder"
    assert len(path.name.encode()) < 255


def test_the_report_of_a_site_tells_the_unit_at_once(tmp_path):
    own = [record for record in findings() if record.site == "portal"]
    path, tree = of_site(tmp_path, own)
    assert path.name == "网站巡查情况（portal，2026-11-22，第5号）.html"
    first = re.sub(r"\s+", "", tree.xpath("//*[@class='callout']")[0].text_content())
    assert "发现需要整改的问题12项，其中单项否决问题1项" in first
    assert "另有疑似问题3项" in first
    assert "整改：请立即删除该链接" in first
    assert "0000-0000000" in first
    assert "http://www.example.gov.cn/" in first
    assert_harmless(tree)


def test_papers_name_the_lists_that_were_used(tmp_path):
    line = "广告规则：随程序提供的规则、<b>EasyList</b>（2026-11-20取得，规则60000条，校验值0123abcd）。"
    _, tree = of_site(tmp_path, [], run=replace(COMPLETE, method=(line,)))
    assert f"检查说明：{line}" in text_of(tree), "the lists and their dates are not named"
    assert_harmless(tree)
    assert not [element for element in tree.iter("b") if element.text == "EasyList"], "a title is only text"


def test_a_clean_site_is_told_so(tmp_path):
    run = replace(COMPLETE, unverified=(), not_tested=())
    assert "未发现需要整改的问题" in text_of(of_site(tmp_path, [], run=run)[1])


@pytest.mark.parametrize("result", [RunResult.BLOCKED, RunResult.UNREACHABLE, RunResult.PARTIAL, None])
def test_a_site_that_could_not_be_seen_is_not_called_clean(tmp_path, result):
    text = text_of(of_site(tmp_path, [], run=replace(COMPLETE, result=result, unverified=()))[1])
    assert "未发现需要整改的问题" not in text
    assert "不能判定" in text


def test_a_trial_of_an_unregistered_address(tmp_path):
    site = Site(id="new.example.gov.cn", name="new.example.gov.cn", unit="", url="http://new.example.gov.cn/")
    run = replace(COMPLETE, site=site.id, trial=True, as_of="2026-11-20", ended=None)
    record = finding("date-missing", site=site.id, unit=None, status=Status.SUSPECTED)
    path, tree = of_site(tmp_path, [record], run=run, site=site, unit=None)
    assert "new.example.gov.cn" in path.name
    assert "试查，以2026-11-20为检查日" in text_of(tree)


def test_an_office_may_bring_templates_of_its_own(tmp_path):
    own = tmp_path / "templates"
    own.mkdir()
    (own / "site.html").write_text(
        '{% extends "base.html" %}{% set title = "本办" %}{% set office = report.office %}'
        "{% block content %}<p>自有 {{ report.name }}</p>{% endblock %}",
        encoding="utf-8",
    )
    (own / "style.css").write_text("p { color: #123456 }", encoding="utf-8")
    _, tree = of_site(tmp_path, [], templates=own)
    assert "自有示例市人民政府" in text_of(tree)
    assert "#123456" in "".join(tree.xpath("//style//text()"))


def test_an_own_template_that_names_nothing_is_an_error(tmp_path):
    (tmp_path / "broken.html").write_text("{{ nothing.here }}", encoding="utf-8")
    with pytest.raises(UndefinedError):
        render("broken.html", {}, own=tmp_path)
    with pytest.raises(TemplateNotFound):
        render("missing.html", {}, own=tmp_path)


def test_a_file_is_old_or_new_and_never_half(tmp_path):
    path = tmp_path / "paper.html"
    contents = [bytes([65 + n]) * 300_000 for n in range(4)]
    write_atomically(path, contents[0])
    writers = [threading.Thread(target=write_atomically, args=(path, content)) for content in contents]
    for writer in writers:
        writer.start()
    seen = {path.read_bytes() for _ in range(50)}
    for writer in writers:
        writer.join()
    assert seen <= set(contents)
    assert [file.name for file in tmp_path.iterdir()] == ["paper.html"], "a temporary file was left"


def test_a_write_that_fails_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "paper.html"
    write_atomically(path, b"old")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
    assert [file.name for file in tmp_path.iterdir()] == ["paper.html"]


def test_many_sites_share_the_room_of_one_paper():
    """Sixty sites of 300 findings each: every site shows some, the paper stays one that can be opened."""
    records = [
        link(n, "http", 404, site=f"s{n % 60}", target=f"http://a.example.org/{n}") for n in range(60 * 300)
    ]
    shown = shown_of(records, BODY_LIMIT)
    by_site = Counter(record.site for record in records if record.fingerprint in shown)
    assert len(by_site) == 60
    assert BODY_WHOLE * 0.9 <= len(shown) <= BODY_WHOLE, f"{len(shown)} findings in the body"
    assert len(set(by_site.values())) == 1, "no site is shown more of than another"
    few = [link(n, "http", 404, target=f"http://a.example.org/{n}") for n in range(BODY_LIMIT)]
    assert len(shown_of(few, BODY_LIMIT)) == BODY_LIMIT, "one site has its whole room"
