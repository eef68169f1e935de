"""Labelled pages that other people saved: third-party material, used where it is there, never copied.

The folder is named by GOVCRAWL_CORPUS, else it is `shared/corpus` beside the checkout.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

TODAY = date(2026, 11, 25)
"""The day as of which saved pages are read: later than all of them."""


@dataclass(frozen=True, slots=True)
class Saved:
    """One saved page with its labels; an empty label means "not sure" or "not there"."""

    file: str
    body: bytes
    labels: dict[str, str]


def corpus_folder() -> Path | None:
    """The folder with labels.tsv and pages/, or None where it is absent."""
    named = os.environ.get("GOVCRAWL_CORPUS")
    folder = Path(named) if named else Path(__file__).resolve().parents[2] / "shared" / "corpus"
    return folder if (folder / "labels.tsv").is_file() else None


def saved_pages(folder: Path) -> Iterator[Saved]:
    """All labelled pages, in the order of labels.tsv."""
    with (folder / "labels.tsv").open(encoding="utf-8", newline="") as table:
        for labels in csv.DictReader(table, delimiter="\t"):
            path = folder / "pages" / labels["file"]
            if path.is_file():
                yield Saved(labels["file"], path.read_bytes(), labels)
