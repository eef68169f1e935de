"""Windows that float above a page (飘窗), by what the browser computed and not by what they are called."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from playwright.async_api import Error as PlaywrightError

from govcrawl.model import FloatingLink

if TYPE_CHECKING:
    from playwright.async_api import Page

_SECONDS = 5.0
"""That a page may take to answer; one whose scripts never end has no windows that we know of."""
_LIMITS = {
    "elements": 5_000,  # of a page that are looked at
    "windows": 40,
    "links": 12,  # a window with more is a menu, or a header that is fixed to the edge
    "pause": 600,  # milliseconds between two looks, to see what moves
}
_TEXT = 200
_ADDRESS = 2_000
_SNIPPET = 500

# A window is fixed, or placed absolutely on the page itself and above it (what is placed inside a box is
# layout, as the slides of a carousel). A bar over the whole width is a header.
_LOOK = """
async (limits) => {
  const seen = (element) => {
    const style = getComputedStyle(element);
    return style.display !== 'none' && style.visibility !== 'hidden' && Number(style.opacity) > 0.05 && style;
  };
  const onPage = (element) => {
    const outer = element.offsetParent;
    return !outer || outer === document.body || outer === document.documentElement;
  };
  const path = (element) => {
    const steps = [];
    for (let at = element; at && at.nodeType === 1 && steps.length < 12; at = at.parentElement) {
      if (/^[A-Za-z][\\w-]*$/.test(at.id)) { steps.unshift('#' + at.id); break; }
      const tag = at.tagName.toLowerCase();
      const near = at.parentElement ? [...at.parentElement.children] : [];
      const same = near.filter((one) => one.tagName === at.tagName);
      steps.unshift(same.length > 1 ? `${tag}:nth-of-type(${same.indexOf(at) + 1})` : tag);
    }
    return steps.join(' > ');
  };
  const links = (element) => {
    const found = [];
    const take = (one, href) => {
      if (href && /^https?:/i.test(href)) {
        const picture = one.querySelector && one.querySelector('img');
        const alt = one.alt || (picture && (picture.alt || picture.title)) || '';
        found.push({ href, text: (one.innerText || '').trim() || alt || one.title || '', element: one });
      }
    };
    const look = (root) => {
      for (const one of root.querySelectorAll('a[href], area[href]')) take(one, one.href);
      for (const one of root.querySelectorAll('[onclick]')) {
        const call = /https?:\\/\\/[^'"\\s)]+/.exec(one.getAttribute('onclick') || '');
        if (call && !one.closest('a[href]')) take(one, call[0]);
      }
      for (const one of root.querySelectorAll('iframe')) {
        take(one, one.src);
        try { if (one.contentDocument) look(one.contentDocument); } catch (error) { /* of another host */ }
      }
    };
    const around = element.closest('a[href]');
    if (around) take(around, around.href);
    else {
      const own = (s) => (element.matches(s) ? [element] : []);
      look({ querySelectorAll: (s) => [...own(s), ...element.querySelectorAll(s)] });
    }
    return found;
  };
  if (!document.body) return [];
  const all = document.body.querySelectorAll('div,a,img,table,span,section,aside,dl,ul,p,ins,iframe,center');
  const windows = [];
  for (let i = 0; i < all.length && i < limits.elements && windows.length < limits.windows; i++) {
    const element = all[i];
    if (windows.some((known) => known.element.contains(element))) continue;
    const style = seen(element);
    if (!style || (style.position !== 'fixed' && style.position !== 'absolute')) continue;
    if (style.position === 'absolute' && !onPage(element)) continue;
    const inside = links(element);
    if (!inside.length || inside.length > limits.links) continue;
    windows.push({ element, style, inside, at: element.getBoundingClientRect() });
  }
  await new Promise((done) => setTimeout(done, limits.pause));
  const found = [];
  for (const { element, style, inside, at } of windows) {
    const now = element.getBoundingClientRect();
    const moving = Math.abs(now.left - at.left) > 2 || Math.abs(now.top - at.top) > 2;
    const above = Number(style.zIndex) > 0;
    if (style.position === 'absolute' && !above && !moving) continue;
    if (!moving && (now.right <= 0 || now.bottom <= 0 || now.left >= innerWidth)) continue;
    if (now.width >= innerWidth * 0.9 && now.height < innerHeight * 0.5) continue;
    for (const { href, text, element: link } of inside)
      found.push({ url: href, text, snippet: link.outerHTML, selector: path(link), moving });
  }
  return found;
}
"""


async def floating_windows(page: Page) -> tuple[FloatingLink, ...]:
    """The links that stand in windows above a page that has been shown; what it answers is not trusted."""
    answer: Any = None
    with suppress(PlaywrightError, TimeoutError):
        async with asyncio.timeout(_SECONDS):
            answer = await page.evaluate(_LOOK, _LIMITS)
    if not isinstance(answer, list):
        return ()
    most = _LIMITS["windows"] * _LIMITS["links"]
    return tuple(link for entry in answer[:most] if (link := _read(entry)) is not None)


def _read(entry: object) -> FloatingLink | None:
    if not isinstance(entry, Mapping):
        return None
    url = entry.get("url")
    if not isinstance(url, str) or not url.startswith(("http://", "https://")):
        return None
    return FloatingLink(
        url=url[:_ADDRESS],
        text=" ".join(_words(entry, "text").split())[:_TEXT],
        snippet=_words(entry, "snippet")[:_SNIPPET],
        selector=_words(entry, "selector")[:_SNIPPET],
        moving=entry.get("moving") is True,
    )


def _words(entry: Mapping[Any, Any], key: str) -> str:
    value = entry.get(key)
    return value if isinstance(value, str) else ""
