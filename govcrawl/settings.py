"""Scrapy's settings for govcrawl. How sites are asked (limits, delays) stands in `govcrawl.toml`."""

from __future__ import annotations

from typing import Any

BOT_NAME = "govcrawl"
SPIDER_MODULES = ["spiders.site"]
COMMANDS_MODULE = "govcrawl.commands.crawl"

# One event loop, asyncio's own; our handler asks through aiohttp.
TWISTED_REACTOR_ENABLED = False
_HANDLER = "govcrawl.net.handler.AskHandler"
DOWNLOAD_HANDLERS: dict[str, str | None] = {
    "http": _HANDLER,
    "https": _HANDLER,
    "ftp": None,
    "s3": None,
    "file": None,
    "data": None,
}

# Redirects, retries, robots.txt, cookies and decompression are the business of `govcrawl.net`, where each
# hop is checked and counted; nothing of Scrapy's own stands between the spider and its answers.
DOWNLOADER_MIDDLEWARES_BASE: dict[str, int] = {}
SPIDER_MIDDLEWARES_BASE: dict[str, int] = {}
ROBOTSTXT_OBEY = False

# Limits go by resolved server, over all crawlers of the process (`govcrawl.net.gate`). Scrapy's own count
# by host name and overshoot when the delay is 0, so they are set out of the way.
CONCURRENT_REQUESTS = 512
CONCURRENT_REQUESTS_PER_DOMAIN = 512
DOWNLOAD_DELAY = 0
# Scrapy makes this many tasks for each response; one is enough, for callbacks yield nothing here.
CONCURRENT_ITEMS = 1

EXTENSIONS: dict[str, int | None] = {
    "scrapy.extensions.telnet.TelnetConsole": None,
    "scrapy.extensions.logstats.LogStats": None,
    "govcrawl.office.summary.Summary": 500,
}

# Runs code that it is sent, on a port of this machine, and keeps its token in the user's home.
REMOTE_CONTROL_ENABLED = False

LOG_LEVEL = "WARNING"
FEED_EXPORT_ENCODING = "utf-8"
FEED_EXPORT_INDENT = 2
FEED_STORE_EMPTY = True


def of_project() -> dict[str, Any]:
    """These settings as a mapping, for a process that is not started by `scrapy`."""
    return {name: value for name, value in globals().items() if name.isupper() and not name.startswith("_")}
