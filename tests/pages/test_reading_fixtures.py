"""The table of patterns names every page that is there, and none that is not."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "fixtures" / "reading"
_FOLDER_OF = re.compile(r"^## .*\(`(\w+)/`\)$", re.MULTILINE)


def _named() -> Counter[str]:
    """How often the table names each page, as `folder/name`."""
    named: Counter[str] = Counter()
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    sections = _FOLDER_OF.split(text)[1:]
    for folder, section in zip(sections[::2], sections[1::2], strict=True):
        for line in section.splitlines():
            cells = [cell.strip() for cell in line.strip().strip("|").split(" | ")]
            if line.startswith("| ") and len(cells) == 2 and cells[0] not in {"pattern", "---"}:
                named.update(f"{folder}/{name.strip()}" for name in cells[1].split(","))
    return named


def test_every_page_belongs_to_a_pattern_and_every_pattern_has_its_pages() -> None:
    there = {f"{path.parent.name}/{path.stem}" for path in FOLDER.glob("*/*.html")}
    named = _named()
    assert not there - named.keys(), "pages that no pattern of README.md names"
    assert not named.keys() - there, "README.md names pages that are not there"
    assert not [name for name, count in named.items() if count > 1], "a page stands for one pattern"


def test_every_page_has_its_expected_reading() -> None:
    missing = [path.name for path in FOLDER.glob("*/*.html") if not path.with_suffix(".json").is_file()]
    assert not missing, "pages without an expected reading beside them"
