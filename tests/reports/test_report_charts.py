"""Bars of charts."""

import re

import pytest
from lxml import etree

from reports.charts import HATCH, bar


def _widths(markup: str) -> list[float]:
    return [float(width) for width in re.findall(r'width="([\d.]+)%"', markup)[1:]]


def test_bars_are_to_scale():
    assert _widths(bar(10, 0, 10)) == [98.0]
    assert _widths(bar(5, 5, 10)) == [49.0, 49.0]
    assert _widths(bar(0, 1, 10)) == [9.8]
    assert _widths(bar(0, 0, 10)) == _widths(bar(0, 0, 0)) == []


def test_a_bar_tells_its_numbers_in_words_and_is_well_formed():
    svg = etree.fromstring(bar(3, 2, 9))
    assert svg.get("aria-label") == "已核实3项，疑似2项"
    assert [rect.get("class") for rect in svg.iter("rect")] == ["solid", "hatched"]
    assert etree.fromstring(HATCH).find(".//pattern").get("id") == "hatch"


@pytest.mark.parametrize("numbers", [(-1, 0, 5), (0, -1, 5), (4, 2, 5)])
def test_a_bar_that_does_not_fit_is_an_error(numbers):
    with pytest.raises(ValueError, match="no bar"):
        bar(*numbers)
