"""Scrapy's way through our client: a download handler, and `ask` through a running crawl.

Settings:
    GOVCRAWL_CRAWL: `[crawl]` as a `CrawlConfig`; default: that of the settings file in force.
    GOVCRAWL_REGISTERED_HOSTS: hosts that are inspected by duty; more by `client_of(crawler).register`.
    USER_AGENT: as Scrapy's, where set on the request by Scrapy's own middleware.

Request meta:
    ask: {"limit", "family", "timeout", "fresh"}, as keywords of `Client.ask`.
    answer: put there: the `Answer`, also where an exception was raised.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any
from weakref import WeakKeyDictionary

from scrapy import Request
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.crawler import Crawler
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
)
from scrapy.http import Headers, Response

from govcrawl import config
from govcrawl.model import Answer, Cause
from govcrawl.net.client import BODY_LIMIT, Ask, Client
from govcrawl.net.wire import BadAddressError, wire

_clients: WeakKeyDictionary[Crawler, Client] = WeakKeyDictionary()
_EXCEPTIONS: Mapping[Cause, type[Exception]] = {
    Cause.DNS: CannotResolveHostError,
    Cause.REFUSED: DownloadConnectionRefusedError,
    Cause.TIMEOUT: DownloadTimeoutError,
}
_UNDONE = {"content-encoding", "content-length", "transfer-encoding"}
"""Headers that no longer speak of the body that is handed on."""


def client_of(crawler: Crawler) -> Client:
    """The client through which this crawler asks; made on first use, closed with its handler.

    Raises:
        ConfigError: GOVCRAWL_CRAWL is not set, and the settings file can't be used.
    """
    client = _clients.get(crawler)
    if client is None:
        settings = crawler.settings
        crawl = settings.get("GOVCRAWL_CRAWL")
        agent = settings.get("USER_AGENT")
        if not isinstance(crawl, config.CrawlConfig):
            loaded = config.load()
            crawl, agent = loaded.crawl, loaded.user_agent
        client = Client(
            crawl,
            user_agent=str(agent),
            registered_hosts=settings.getlist("GOVCRAWL_REGISTERED_HOSTS"),
        )
        _clients[crawler] = client
    return client


class AskHandler(BaseDownloadHandler):
    """Downloads http and https through `Client`: for DOWNLOAD_HANDLERS, without Twisted's reactor."""

    lazy = False

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._client = client_of(crawler)

    async def download_request(self, request: Request) -> Response:
        """One request of a crawl.

        Raises:
            CannotResolveHostError, DownloadConnectionRefusedError, DownloadTimeoutError: as named.
            DownloadFailedError: any other failure. The `Answer` is in the request's meta all the same.
        """
        told: dict[str, Any] = request.meta.get("ask") or {}
        answer = await self._client.ask(
            told.get("url", request.url),
            method=request.method,
            headers=_plain(request.headers),
            body=request.body,
            limit=told.get("limit", self._client.crawl.max_page_bytes),
            family=told.get("family"),
            timeout=told.get("timeout"),
            fresh=bool(told.get("fresh")),
        )
        request.meta["answer"] = answer
        told["answer"] = answer  # the same object however often a middleware copied the request
        if answer.status is None:
            kind = _EXCEPTIONS.get(answer.error or Cause.LOCAL, DownloadFailedError)
            raise kind(f"{request.url}: {answer.error} {answer.reason}".rstrip())
        return _response(request, answer)

    async def close(self) -> None:
        """Close the client's connections."""
        _clients.pop(self.crawler, None)
        await self._client.close()


async def ask_through(
    crawler: Crawler,
    url: str,
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
    limit: int = BODY_LIMIT,
    family: int | None = None,
    timeout: float | None = None,  # noqa: ASYNC109 - passed on to Client.ask
    fresh: bool = False,
) -> Answer:
    """As `Client.ask`, as a request of a running crawl: counted in its stats, past its middlewares.

    Raises:
        RuntimeError: the crawl has no open spider.
    """
    if crawler.engine is None:
        raise RuntimeError("the crawler is not running")
    try:
        address = wire(url).url
    except BadAddressError:
        return await client_of(crawler).ask(url, method=method)
    # Scrapy rewrites what is odd in an address; what is asked is what the page wrote.
    told: dict[str, Any] = {"url": url, "limit": limit, "family": family, "timeout": timeout, "fresh": fresh}
    request = Request(
        address,
        method=method,
        headers=dict(headers or {}),
        body=body,
        dont_filter=True,
        meta={
            "ask": told,
            "handle_httpstatus_all": True,
            "dont_redirect": True,
            "dont_retry": True,
            "dont_cache": True,
            "dont_merge_cookies": True,
            "dont_obey_robotstxt": True,  # kept by the link checker, which can tell "forbidden" from "failed"
        },
    )
    try:
        await crawler.engine.download_async(request)
    except Exception as error:
        if not isinstance(told.get("answer"), Answer):
            return Answer(
                url=url,
                method=method,
                at=datetime.now(UTC),
                ms=0,
                error=Cause.LOCAL,
                reason=f"not asked: {type(error).__name__}",
            )
    answer = told.get("answer")
    if isinstance(answer, Answer):
        return answer
    raise RuntimeError("DOWNLOAD_HANDLERS does not name govcrawl.net.handler.AskHandler")


def asker(crawler: Crawler) -> Ask:
    """`ask_through` of one crawler, in the shape of `Client.ask`."""
    return partial(ask_through, crawler)


def _plain(headers: Headers) -> dict[str, str]:
    return {
        name.decode("latin-1"): b",".join(values).decode("latin-1")
        for name, values in headers.items()
        if values
    }


def _response(request: Request, answer: Answer) -> Response:
    headers = Headers()
    for name, value in answer.headers.items():
        if name not in _UNDONE:
            headers[name] = value.split("\n") if name == "set-cookie" else value
    flags = [flag for flag, is_set in (("truncated", answer.truncated), ("dataloss", answer.error)) if is_set]
    return Response(
        request.url,
        status=answer.status or 0,
        headers=headers,
        body=answer.body,
        flags=flags,
        request=request,
    )
