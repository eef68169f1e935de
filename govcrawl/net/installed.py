"""Which browser this machine has; apart from `browser`, for what drives one is slow to import."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge")
_PLAYWRIGHT_FOLDERS = ("~/.cache/ms-playwright", "~/Library/Caches/ms-playwright")
_IN_FOLDER = (
    "chromium-*/chrome-linux*/chrome",
    "chromium_headless_shell-*/chrome-*/*headless*shell",
    "chromium-*/chrome-mac*/Chromium.app/Contents/MacOS/Chromium",
)


def find_browser(
    *, which: Callable[[str], str | None] = shutil.which, folders: Iterable[Path] | None = None
) -> Path | None:
    """The executable of a Chromium: one on the PATH, else Playwright's own; None where there is none."""
    for name in NAMES:
        if found := which(name):
            return Path(found)
    if folders is None:
        chosen = os.environ.get("PLAYWRIGHT_BROWSERS_PATH")
        folders = [Path(name).expanduser() for name in ((chosen,) if chosen else _PLAYWRIGHT_FOLDERS)]
    for folder in folders:
        for pattern in _IN_FOLDER:
            if executables := sorted(folder.glob(pattern)):
                return executables[-1]
    return None
