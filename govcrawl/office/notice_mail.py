"""Correction notices as mail to their units."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from govcrawl.config import Config
from govcrawl.model import FindingRecord, Notice, Registry
from govcrawl.office.notices import NoticeDesk
from govcrawl.store.evidence_files import FOLDER as EVIDENCE
from reports.mail import Attachment, Message, compose
from reports.notice_documents import write_notice
from reports.notices import in_notice
from reports.pictures import small_pictures
from reports.rendering import render

_PICTURES = 2**20
"""Bytes of all small pictures in one mail."""


def notice_message(
    settings: Config,
    notice: Notice,
    records: Sequence[FindingRecord],
    registry: Registry,
    moment: datetime,
    *,
    to: Sequence[str] = (),
) -> Message:
    """The mail of a notice to its unit, or to a test address.

    Raises:
        AddressError: the unit has no address, or one that can't be used.
    """
    small = small_pictures(in_notice(notice, records), settings.data / EVIDENCE, most=_PICTURES)
    paper = NoticeDesk(settings, moment).paper(notice, records, registry, small=small)
    unit = registry.unit(notice.unit)
    receivers = tuple(to) or (() if unit is None else unit.emails)
    html = render(
        "notice_mail.html", {"paper": paper, "office": settings.office}, own=settings.folder / "templates"
    )
    with tempfile.TemporaryDirectory(prefix="govcrawl-") as folder:
        files = [Attachment(path.name, path.read_bytes()) for path in write_notice(paper, Path(folder))]
    urgent = "【特急】" if notice.urgent else ""
    seed = "\0".join((notice.number, notice.issued.isoformat(), *receivers))
    return compose(
        sender=settings.mail.sender,
        to=receivers,
        cc=() if to or unit is None else unit.cc,
        subject=f"{urgent}{paper.title}（编号:{notice.number}）",
        html=html,
        identity=f"notice-{notice.number}-{hashlib.sha256(seed.encode()).hexdigest()[:16]}",
        moment=moment,
        attachments=files,
    )
