"""Discovered columns become confirmed ones only by a person's word."""

from __future__ import annotations

import pytest
from registry_samples import of_yaml

from govcrawl.registry import RegistryError, confirm

SITE = """
units: [{id: a, name: 甲}]
sites:
  - id: s
    name: 站
    unit: a
    url: http://s.gov.cn/
    columns:
      - {name: 一, url: http://s.gov.cn/1/, type: 其他, confirmed: false}
      - {name: 二, url: http://s.gov.cn/2/, type: 其他, confirmed: false}
"""


def test_all_columns_or_the_named_ones() -> None:
    registry = of_yaml(SITE)
    assert [column.confirmed for column in confirm(registry, "s").sites[0].columns] == [True, True]
    some = confirm(registry, "s", ["https://S.gov.cn/2/"])
    assert [column.confirmed for column in some.sites[0].columns] == [False, True]
    assert confirm(registry, "s", []) == registry


def test_a_site_or_column_that_is_not_there_is_named() -> None:
    registry = of_yaml(SITE)
    with pytest.raises(RegistryError, match="是否为“s”"):
        confirm(registry, "ss")
    with pytest.raises(RegistryError, match=r"s\.gov\.cn/3/"):
        confirm(registry, "s", ["http://s.gov.cn/1/", "http://s.gov.cn/3/"])
