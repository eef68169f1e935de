"""Making correction notices: whose findings go into which, by when, and where the files lie."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from govcrawl.config import Config
from govcrawl.model import FindingRecord, Notice, NoticeItem, Registry
from govcrawl.office.deadlines import Deadlines
from govcrawl.rules import known_rules
from govcrawl.store.evidence_files import FOLDER as EVIDENCE
from reports.entries import order
from reports.notice_documents import write_notice
from reports.notice_pictures import Shot, shots_of, write_shots
from reports.notices import NO_PICTURES, NO_SMALL, NoticePaper, in_notice, paper_of
from reports.pictures import Picture

_ENTRIES = 500
"""Findings of one notice; a unit with more gets the worst first and the rest with the next one."""


class NoticeDesk:
    """What every notice of an office needs: its settings, the clock, where files go.

    Args:
        settings: of the office.
        moment: now, aware.
        folder: where files go; default `notices` in the office's data folder.
    """

    def __init__(self, settings: Config, moment: datetime, folder: Path | None = None) -> None:
        self.settings = settings
        self.moment = moment
        self.folder = folder or settings.data / "notices"
        self._deadlines = Deadlines(settings)

    def deadlines(
        self, records: Iterable[FindingRecord], start: datetime
    ) -> tuple[list[NoticeItem], list[FindingRecord]]:
        """The findings that have a deadline, counted from `start`, with it; the worst first.

        Raises:
            CalendarError, ProfileError: the office's calendar or profile can't be used.
        """
        items: list[NoticeItem] = []
        kept: list[FindingRecord] = []
        for record in sorted(records, key=order):
            due = self._deadlines.of(record.rule, record.severity, record.origin, start)
            if due is None or len(items) == _ENTRIES:
                continue
            items.append(
                NoticeItem(fingerprint=record.fingerprint, deadline=due.moment, estimated=due.estimated)
            )
            kept.append(record)
        return items, kept

    def paper(
        self,
        notice: Notice,
        records: Sequence[FindingRecord],
        registry: Registry,
        pictures: Mapping[str, Shot] = NO_PICTURES,
        small: Mapping[str, Picture] = NO_SMALL,
    ) -> NoticePaper:
        """What the documents of a notice say; `pictures` lie beside them, `small` stand in the mail."""
        return paper_of(
            notice,
            records,
            registry=registry,
            rules=known_rules(),
            office=self.settings.office,
            basis=self._deadlines.profile.basis,
            pictures=pictures,
            small=small,
        )

    def write(self, notice: Notice, records: Sequence[FindingRecord], registry: Registry) -> list[Path]:
        """The files of one notice and its pictures, in a folder of its number and its unit.

        Raises:
            OSError: a file can't be written.
        """
        pictures = shots_of(in_notice(notice, records), self.settings.data / EVIDENCE)
        paper = self.paper(notice, records, registry, pictures)
        folder = self.folder / (notice.number or "草稿") / folder_name(paper.unit)
        return [*write_notice(paper, folder), *write_shots(pictures, folder)]


def by_unit(
    found: Iterable[FindingRecord],
    registry: Registry,
    wanted: Sequence[str] = (),
    *,
    with_children: bool = False,
) -> dict[str, list[FindingRecord]]:
    """Findings by the unit whose notice they go into, in the order of the registry.

    Those of no unit go into none. `wanted`: only these units; with their subordinates, whose findings
    then go into the notice of the unit that was named.
    """
    into = {key: key for key in wanted}
    if with_children:
        for key in wanted:
            for child in registry.subordinates(key):
                into.setdefault(child.id, key)
    groups: dict[str, list[FindingRecord]] = defaultdict(list)
    for record in found:
        if record.unit is not None and (not wanted or record.unit in into):
            groups[into.get(record.unit, record.unit)].append(record)
    places = {unit.id: at for at, unit in enumerate(registry.units)}
    return dict(sorted(groups.items(), key=lambda group: (places.get(group[0], len(places)), group[0])))


def folder_name(text: str) -> str:
    """A unit's name as the name of a folder on any system."""
    kept = "".join("_" if char in '\\/:*?"<>|' or not char.isprintable() else char for char in text)
    return kept.strip(" .")[:80] or "单位"
