"""What is done to a photograph of a page: where the element lies, and the sheet with outline and caption."""

from __future__ import annotations

import base64
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from playwright.async_api import FloatRect

WIDTH, HEIGHT = 1280, 800
"""Pixels of a visitor's window; no photograph is larger, however long the page."""
_CAPTION = 104
"""Pixels of the caption."""
_SMALL_WIDTH = 640
_LINE = 300
"""Characters of a line of the caption."""
_MARGIN = 5
"""Pixels between element and outline."""

FIND = """function (selector, address) {
  const plain = (text) => { try { const u = new URL(text, document.baseURI); u.hash = ""; return u.href; }
                            catch { return null; } };
  const wanted = address ? plain(address) : null;
  const leads = (e) => [e.href, e.src, e.action, e.data, e.currentSrc]
    .some((a) => typeof a === "string" && a && plain(a) === wanted);
  const seen = (e) => {
    const style = getComputedStyle(e);
    if (style.visibility !== "visible" || Number(style.opacity) === 0) return false;
    return [e, ...[...e.querySelectorAll("img")].slice(0, 20)].some((one) => {
      const box = one.getBoundingClientRect();
      return box.width >= 1 && box.height >= 1 && box.right + scrollX > 0 && box.bottom + scrollY > 0;
    });
  };
  let element = null;
  try { element = selector ? document.querySelector(selector) : null; } catch { element = null; }
  if (wanted && !(element && (leads(element) || [...element.querySelectorAll("a,img")].some(leads)))) {
    const all = [...document.querySelectorAll("a[href],area[href],img,iframe,frame,script[src],link[href],"
      + "source,video,audio,embed,object,form[action]")].slice(0, 20000).filter(leads);
    element = all.find(seen) ?? all[0] ?? null;
  }
  globalThis.photographed = null;
  if (!element) return "absent";
  let mark = "outlined";
  while (element && element !== document.body && element !== document.documentElement && !seen(element)) {
    element = element.parentElement;
    mark = "around";
  }
  if (!element || element === document.body || element === document.documentElement) return "hidden";
  const box = element.getBoundingClientRect();
  if (mark === "around" && box.width * box.height > innerWidth * innerHeight * 0.6) return "hidden";
  const block = box.height > innerHeight * 0.8 ? "start" : "center";
  element.scrollIntoView({ block, inline: "center", behavior: "instant" });
  globalThis.photographed = element;
  return mark;
}"""
"""Finds the element, by path and by address, and scrolls to it; says how it is seen (`Mark`)."""

MEASURE = """function () {
  const element = globalThis.photographed;
  if (!element) return null;
  const boxes = [element, ...[...element.querySelectorAll("img")].slice(0, 20)]
    .map((one) => one.getBoundingClientRect()).filter((box) => box.width >= 1 && box.height >= 1);
  if (!boxes.length) return null;
  const left = Math.min(...boxes.map((box) => box.left)), top = Math.min(...boxes.map((box) => box.top));
  return {
    left, top,
    width: Math.max(...boxes.map((box) => box.right)) - left,
    height: Math.max(...boxes.map((box) => box.bottom)) - top,
  };
}"""
"""Where the element lies in the window, in pixels; null: nowhere."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle inside a photograph, in pixels."""

    left: float
    top: float
    width: float
    height: float

    @classmethod
    def of(cls, measured: object) -> Box | None:
        """What `MEASURE` gave, widened a little and cut to the window; None where nothing of it is inside."""
        if not isinstance(measured, Mapping):
            return None
        sides = [measured.get(name) for name in ("left", "top", "width", "height")]
        numbers = [side for side in sides if isinstance(side, int | float) and math.isfinite(side)]
        if len(numbers) != 4:
            return None
        left, top, width, height = numbers
        right, bottom = min(left + width + _MARGIN, WIDTH - 1), min(top + height + _MARGIN, HEIGHT - 1)
        left, top = max(left - _MARGIN, 1), max(top - _MARGIN, 1)
        if right - left <= _MARGIN or bottom - top <= _MARGIN:
            return None
        return cls(left, top, right - left, bottom - top)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page of our own to be photographed: the full picture, and a small one below it."""

    html: str
    width: int
    height: int
    full: FloatRect
    small: FloatRect


def sheet(photograph: bytes, box: Box | None, caption: Sequence[str]) -> Sheet:
    """Photograph (PNG of the window), outline and caption on one sheet.

    Args:
        photograph: as the window was shown.
        box: what is outlined; None: nothing.
        caption: lines; the first one is the title.
    """
    data = base64.b64encode(photograph).decode()
    lines = [escape(" ".join(line.split())[:_LINE]) for line in caption]
    told = "".join(f"<p>{line}</p>" for line in lines)
    outline = _outline(box, 1.0, 3)
    left, top, width, height = _surroundings(box)
    scale = _SMALL_WIDTH / width
    small_height = round(height * scale)
    inner = (
        f"<div style='position:absolute;left:{-left * scale:.1f}px;top:{-top * scale:.1f}px'>"
        f"<img src='data:image/png;base64,{data}' width='{WIDTH * scale:.1f}' height='{HEIGHT * scale:.1f}'>"
        f"{_outline(box, scale, 2)}</div>"
    )
    total = _CAPTION + HEIGHT
    html = (
        f"<!DOCTYPE html><meta charset='utf-8'><style>{_STYLE}</style><header>{told}</header>"
        f"<div class='window' style='width:{WIDTH}px;height:{HEIGHT}px'>"
        f"<img src='data:image/png;base64,{data}' width='{WIDTH}' height='{HEIGHT}'>{outline}</div>"
        f"<div class='window' style='width:{_SMALL_WIDTH}px;height:{small_height}px'>{inner}</div>"
    )
    return Sheet(
        html=html,
        width=WIDTH,
        height=total + small_height,
        full={"x": 0, "y": 0, "width": WIDTH, "height": total},
        small={"x": 0, "y": total, "width": _SMALL_WIDTH, "height": small_height},
    )


_STYLE = (
    "*{margin:0;box-sizing:border-box}body{background:#fff}img{display:block}"
    f"header{{width:{WIDTH}px;height:{_CAPTION}px;padding:8px 14px;overflow:hidden;"
    "background:#23262b;color:#fff;"
    'font:14px/22px "PingFang SC","Microsoft YaHei","Noto Sans CJK SC","WenQuanYi Micro Hei",sans-serif}'
    "p{white-space:nowrap;overflow:hidden;text-overflow:ellipsis;unicode-bidi:plaintext}"
    "p:first-child{font-weight:bold;font-size:15px}"
    ".window{position:relative;overflow:hidden}"
    ".outline{position:absolute;border:solid #e5001a;box-shadow:0 0 0 1px #fff,inset 0 0 0 1px #fff}"
)


def _outline(box: Box | None, scale: float, thickness: int) -> str:
    if box is None:
        return ""
    place = f"left:{box.left * scale:.1f}px;top:{box.top * scale:.1f}px"
    size = f"width:{box.width * scale:.1f}px;height:{box.height * scale:.1f}px"
    return f"<div class='outline' style='{place};{size};border-width:{thickness}px'></div>"


def _surroundings(box: Box | None) -> tuple[float, float, float, float]:
    """The part of a photograph that the small picture shows: the element and what is around it."""
    if box is None:
        return 0.0, 0.0, float(WIDTH), float(HEIGHT)
    width = min(max(box.width + 280, _SMALL_WIDTH), WIDTH)
    height = min(max(box.height + 160, width * 0.4), width * 0.75, HEIGHT)
    left = min(max(box.left + box.width / 2 - width / 2, 0), WIDTH - width)
    middle = box.top + min(box.height, height) / 2
    top = min(max(middle - height / 2, 0), HEIGHT - height)
    return left, top, width, height
