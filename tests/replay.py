"""`python -m tests.replay`: serves saved pages on loopback under made-up hosts, for a crawl of them.

The pages are third-party material that lies outside the repository (see `tests.corpus`). They are served
as the bytes were, PER_HOST of them a host, each host with an index page that links to its own. Every
other host that they name is served from here, too: put into `[crawl.resolve]`, none is ever looked up or
asked, and the bodies behind the pages learn nothing of it.
"""

from __future__ import annotations

import mimetypes
import re
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from govcrawl.pages import normalise, read_page
from govcrawl.pages.addresses import host_of
from tests.corpus import Saved, corpus_folder, saved_pages
from tests.e2e.loopback_site import Maker, Reply, Sites, html

PER_HOST = 64
"""Saved pages on one made-up host."""
_TEXT = "<p>这里是另一个网站的页面，内容与存档页面无关，只表示该地址可以访问。</p>" * 60
_NAMES = re.compile(rb"//([A-Za-z0-9][A-Za-z0-9.-]{0,200})")


@dataclass(frozen=True)
class Replayed:
    """One saved page and the address at which it is served."""

    saved: Saved
    url: str


def hosts_of(pages: Sequence[Saved]) -> Iterator[tuple[str, list[Replayed]]]:
    """Made-up hosts and their pages."""
    for start in range(0, len(pages), PER_HOST):
        host = f"h{start // PER_HOST + 1}.example.gov.cn"
        yield (
            host,
            [
                Replayed(saved, f"http://{host}/p{number}{_ending(saved)}")
                for number, saved in enumerate(pages[start : start + PER_HOST], start)
            ],
        )


def elsewhere(address: str) -> Reply:
    """What every other address answers: a page, or a file of the kind that its name promises."""
    kind = mimetypes.guess_type(address.partition("?")[0])[0] or "text/html"
    if kind in {"text/html", "application/xhtml+xml"}:
        return html(_TEXT, title="另一个网站")
    return Reply(b"0" * 512, kind=kind)


def named_hosts(pages: Iterable[Replayed]) -> set[str]:
    """All hosts that the pages name in whatever form: as links, in scripts, in comments."""
    names: set[str] = set()
    for page in pages:
        names |= {name.decode("ascii").lower().rstrip(".") for name in _NAMES.findall(page.saved.body)}
        read = read_page(page.saved.body, page.url, "text/html")
        names |= {host_of(link.url) for link in read.links} | {host_of(read.refresh or "")}
    made = {name for name in names if host_of(normalise(f"http://{name}/") or "")}
    # A domain without an address is tried with www. before it.
    return made | {f"www.{name}" for name in made if "." in name and not name.startswith("www.")}


def served(host: str, pages: Sequence[Replayed]) -> dict[str, Reply | Maker]:
    """What a made-up host answers: its index and its pages; elsewhere, what any other address does."""
    index = "".join(f"<li><a href='{page.url}'>存档页面第{n}号</a></li>" for n, page in enumerate(pages, 1))
    answers: dict[str, Reply | Maker] = {
        f"{host}/": html(f"<h1>存档页面</h1><ul>{index}</ul>", title="存档页面"),
        f"{host}/*": elsewhere,
    }
    for page in pages:
        # Without a charset: what the bytes are, the reader must find out, as it had to on the real site.
        answers[page.url.removeprefix("http://")] = Reply(page.saved.body, kind="text/html")
    return answers


def everything(hosts: Sequence[tuple[str, list[Replayed]]]) -> dict[str, Reply | Maker]:
    """All made-up hosts, and all hosts that their pages name."""
    answers: dict[str, Reply | Maker] = {}
    for _, pages in hosts:
        answers |= {f"{name}/*": elsewhere for name in named_hosts(pages)}
    for host, pages in hosts:
        answers |= served(host, pages)
    return answers


def _ending(saved: Saved) -> str:
    ending = re.search(r"\.(?:s?html?|jsp|aspx?|php)$", saved.file.lower())
    return ending[0] if ending else ".html"


def main() -> int:
    """Serve until interrupted; print what a govcrawl.toml needs."""
    folder = corpus_folder()
    if folder is None:
        print("no corpus: set GOVCRAWL_CORPUS", file=sys.stderr)
        return 2
    with Sites(everything(list(hosts_of(list(saved_pages(folder)))))) as sites:
        print(f"[crawl.resolve]\n{sites.resolve()}", flush=True)
        try:
            while True:
                time.sleep(3600)
        except KeyboardInterrupt:
            return 0


if __name__ == "__main__":
    sys.exit(main())
