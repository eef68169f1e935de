"""Fetching lists of advertising rules: the only thing here that asks a host which is not inspected."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from govcrawl.net.client import Ask
from govcrawl.net.redirects import follow
from govcrawl.rules.filter_lists import MAX_BYTES, FilterList, FilterListError, keep


@dataclass(frozen=True, slots=True)
class Updated:
    """What became of one address."""

    url: str
    kept: FilterList | None
    """The new list; None: the earlier one, if any, stays as it was."""
    failure: str = ""
    """Chinese: why there is no new one."""


async def update(
    ask: Ask, urls: Sequence[str], folder: Path, now: Callable[[], datetime]
) -> AsyncIterator[Updated]:
    """Fetch each list and keep it by the name of its file; what fails leaves the earlier one in its place."""
    for url in urls:
        answer = await follow(ask, url, limit=MAX_BYTES + 1)
        if answer.error is not None or answer.status is None:
            reason = f"{answer.error}{f'（{answer.reason}）' if answer.reason else ''}"
            yield Updated(url, None, f"无法访问：{reason}")
        elif answer.status != 200:
            yield Updated(url, None, f"服务器返回 {answer.status}")
        elif answer.truncated or answer.reason or len(answer.body) > MAX_BYTES:
            yield Updated(url, None, f"未能完整接收，或超过上限（{MAX_BYTES // 2**20} MB）")
        else:
            try:
                kept = keep(folder, name=name_of(url), body=answer.body, origin=url, now=now())
            except FilterListError as error:
                yield Updated(url, None, str(error))
            else:
                yield Updated(url, kept)


def name_of(source: str) -> str:
    """The name under which the list of an address, or of a file, is kept: easylist."""
    path = urlsplit(source).path if "://" in source else source
    stem = Path(path).stem or urlsplit(source).hostname or "list"
    return re.sub(r"[^\w.\-]", "_", stem)[:60].lstrip(".") or "list"
