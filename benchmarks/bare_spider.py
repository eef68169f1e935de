"""The yardstick: a bare Scrapy spider that follows links and does nothing else. Stock settings.

Run by `scrapy runspider` outside any project. Addresses that answer with an error are yielded, so that
they can be counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import scrapy
from scrapy.http import HtmlResponse, Response
from scrapy.linkextractors import LinkExtractor


class BareSpider(scrapy.Spider):
    """Follows every link of `-a start=URL` that stays on its host."""

    name = "bare"
    custom_settings = {  # noqa: RUF012 (Scrapy declares it so)
        # Stock but for these: as many requests at once as govcrawl is given, and no line of log a page.
        "CONCURRENT_REQUESTS": 16,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 16,
        "LOG_LEVEL": "WARNING",
    }
    handle_httpstatus_list = (404,)

    def __init__(self, start: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.start_urls = [start]
        self.allowed_domains = [urlsplit(start).hostname or ""]
        self._links = LinkExtractor()

    def parse(self, response: Response) -> Iterator[scrapy.Request | dict[str, str]]:
        """Follow every link; tell of every error."""
        if response.status != 200:
            yield {"dead": response.url}
        elif isinstance(response, HtmlResponse):
            for link in self._links.extract_links(response):
                yield scrapy.Request(link.url)
