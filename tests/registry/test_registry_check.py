"""What the measures forbid and discourage: three answers, and nobody blamed for what is not filled in."""

from __future__ import annotations

from dataclasses import replace

import pytest
from registry_samples import city, of_yaml

from govcrawl.model import Registry
from govcrawl.registry import Level, check

CITY = """
units:
  - {id: city, name: 示例市人民政府办公室, kind: 市政府, emails: [a@example.gov.cn]}
  - {id: dept, name: 示例市教育局, kind: 市直部门, emails: [b@example.gov.cn]}
  - {id: town, name: 示例镇, kind: 苏木乡镇街道, emails: [c@example.gov.cn]}
  - {id: cdept, name: 示例县教育局, kind: 旗县市区部门, emails: [d@example.gov.cn]}
  - {id: inst, name: 示例市图书馆, kind: 事业单位, parent: dept, emails: [e@example.gov.cn]}
sites:
  - id: portal
    code: "1500000001"
    name: 门户
    unit: city
    url: http://www.example.gov.cn/
    kind: 门户网站
    filings: {approval: A, icp: B, police: C, mlps: D, mark: E}
"""
FILED = "filings: {approval: A, icp: B, police: C, mlps: D, mark: E}"
NOT_APPROVED = "filings: {icp: B, police: C, mlps: D, mark: E}"


def site(unit: str, url: str, more: str = "", *, filings: str = FILED, code: str = "1500000009") -> str:
    return CITY + f"  - {{id: s, name: 站, unit: {unit}, url: {url}, code: '{code}', {filings}{more}}}\n"


def bare_site(more: str = "") -> str:
    return CITY + f"  - {{id: s, name: 站, unit: dept, url: http://d.example.gov.cn/{more}}}\n"


def accounts(*rows: str) -> str:
    known = "verified_owner: 示例市教育局, filed: true"
    return CITY + "accounts:\n" + "".join(f"  - {{{row.replace('KNOWN', known)}}}\n" for row in rows)


def found(text: str) -> dict[str, list[str]]:
    """Rules found, by level."""
    hints = check(of_yaml(text))
    return {str(level): [hint.rule for hint in hints if hint.level is level] for level in Level}


def test_a_city_in_order_gives_nothing() -> None:
    assert [(hint.rule, hint.message) for hint in check(city())] == []


def test_an_empty_registry_gives_nothing() -> None:
    assert check(Registry()) == []


D = "http://d.example.gov.cn/"
OUTSIDE = ", columns: [{name: 外, url: http://y.example.gov.cn/, type: 其他}]"
GUESSED = ", columns: [{name: 猜, url: http://d.example.gov.cn/x, type: 其他, confirmed: false}]"


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (site("city", "http://two.example.gov.cn/"), "site-second"),
        (site("dept", "http://www.example.com/"), "domain-suffix"),
        (site("dept", "http://www.notgov.cn/"), "domain-suffix"),
        (site("dept", "http://gov.cn.example.com/"), "domain-suffix"),
        (site("dept", D, code="15000"), "code-format"),
        (site("dept", D, code="15000000010"), "code-format"),
        (accounts("unit: dept, platform: 微博, name: 一, filed: false"), "account-unfiled"),
    ],
)
def test_what_is_forbidden_is_an_error(text: str, rule: str) -> None:
    assert rule in found(text)["error"]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (site("town", D, filings=NOT_APPROVED), "site-not-allowed"),
        (site("cdept", D, filings=NOT_APPROVED), "site-not-allowed"),
        (site("dept", D, ", kind: 门户网站", filings=NOT_APPROVED), "portal-sponsor"),
        (site("inst", D), "domain-institution"),
        (site("dept", D, OUTSIDE), "column-outside"),
        (site("dept", D, GUESSED), "column-unconfirmed"),
        (bare_site(), "filings-unknown"),
        (bare_site(", status: 临时下线"), "closing-approval"),
        (accounts("unit: dept, platform: 微博, name: 一, KNOWN",
                  "unit: dept, platform: 微博, name: 二, KNOWN"),
         "account-second"),
        (accounts("unit: dept, platform: 微博, name: 一, KNOWN",
                  "unit: dept, platform: 抖音, name: 二, KNOWN"),
         "account-names"),
        (accounts("unit: dept, platform: 微博, name: 一, filed: true, verified_owner: 某公司"),
         "account-owner"),
        (accounts("unit: dept, platform: 微博, name: 一"), "account-unknown"),
        (accounts("unit: dept, platform: 移动客户端, name: 一, KNOWN"), "account-unknown"),
        (accounts("unit: inst, platform: 微博, name: 馆, filed: true"), "account-below"),
    ],
)  # fmt: skip
def test_what_is_discouraged_or_unknown_is_a_hint(text: str, rule: str) -> None:
    levels = found(text)
    assert rule in levels["hint"]
    assert levels["error"] == [], "what is only discouraged or not known is never an error"


@pytest.mark.parametrize(
    "text",
    [
        site("city", "http://two.example.gov.cn/", ", approval_reason: 上级批准"),
        site("city", "http://two.example.gov.cn/", ", status: 永久下线"),
        site("town", D),
        site("inst", "http://www.example.com/"),
        site("dept", "http://示例.政务/"),
        site("dept", D, code="bm01000001"),
        accounts("unit: dept, platform: 微博, name: 一, KNOWN",
                 "unit: dept, platform: 微博, name: 二, KNOWN, approval_reason: 经批准"),
        accounts("unit: dept, platform: 微博, name: 一, KNOWN",
                 "unit: dept, platform: 微博, name: 二, status: 永久下线"),
        accounts("unit: dept, platform: 微博, name: 一, KNOWN",
                  "unit: dept, platform: 抖音, name: 一, KNOWN"),
        accounts("unit: inst, platform: 微博, name: 馆, filed: true, verified_owner: 示例市图书馆,"
                 " approval_reason: 独立法人"),
    ],
)  # fmt: skip
def test_approved_closed_or_allowed_gives_nothing(text: str) -> None:
    assert [hint.message for hint in check(of_yaml(text))] == []


def test_a_unit_that_answers_for_something_needs_an_address() -> None:
    registry = city()
    bare = replace(registry, units=tuple(replace(unit, emails=()) for unit in registry.units))
    told = [hint for hint in check(bare) if hint.rule == "unit-mail"]
    assert {hint.subject for hint in told} == {"zfb", "jyj", "county"}
    idle = of_yaml("units: [{id: x, name: 某局, kind: 市直部门}]")
    assert check(idle) == []


def test_a_government_without_a_portal_is_asked_about() -> None:
    registry = of_yaml("units: [{id: x, name: 某县, kind: 旗县市区政府}]")
    assert [(hint.rule, hint.level) for hint in check(registry)] == [("portal-missing", Level.HINT)]


def test_errors_come_first_and_each_says_who_and_by_what() -> None:
    hints = check(of_yaml(bare_site().replace(D, "http://www.example.com/")))
    assert hints[0].level is Level.ERROR
    for hint in hints:
        assert hint.basis, f"{hint.rule} rests on nothing"
        assert hint.subject in {"s", "dept"}
        assert "\n" not in hint.message
        assert set(hint.to_json()) == {"level", "rule", "basis", "kind", "subject", "message"}
