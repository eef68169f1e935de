"""Papers of our own on paper: an HTML file as PDF, by the browser of this machine."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from playwright.async_api import Error as PlaywrightError

from govcrawl.net.browser import Chromium

_SECONDS = 90.0
"""For all papers of one call; the largest takes about ten."""


class PrintError(Exception):
    """The browser could not print; one English line for the log, its own words."""


def print_pages(executable: Path, pages: Sequence[str], *, seconds: float = _SECONDS) -> list[bytes]:
    """Pages as PDF, A4 or as their style sheet says. Nothing is asked and no script runs meanwhile.

    Args:
        executable: of a Chromium (`find_browser`).
        pages: HTML that needs nothing from elsewhere.
        seconds: for all together.

    Raises:
        PrintError: the browser can't be had, or took longer.
    """
    return asyncio.run(_print(executable, pages, seconds))


async def _print(executable: Path, pages: Sequence[str], seconds: float) -> list[bytes]:
    chromium = Chromium(executable, seconds=seconds)
    try:
        async with asyncio.timeout(seconds):
            browser = await chromium.started()
            context = await browser.new_context(java_script_enabled=False, offline=True)
            printed = []
            for html in pages:
                page = await context.new_page()
                await page.set_content(html, wait_until="load", timeout=seconds * 1000)
                printed.append(
                    await page.pdf(format="A4", print_background=True, prefer_css_page_size=True, tagged=True)
                )
                await page.close()
            return printed
    except (PlaywrightError, TimeoutError, OSError) as error:
        raise PrintError(f"{type(error).__name__}: {str(error).partition(chr(10))[0]}") from error
    finally:
        await chromium.close()
