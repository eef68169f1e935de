"""Charts: bars as inline SVG inside a table's rows, so that chart and table are one.

What is verified (or mended) is solid, what is suspected (or still open) is hatched: the difference is seen
in grey print and by people who do not tell colours apart. A library that draws (matplotlib, pygal) would
bring its own fonts, some 30 MB or a script, and a picture beside the table in place of one row for both,
which folds on a phone and breaks well on paper; all that these charts need is rectangles. Widths are in
per cent,
so that the same bar serves a phone and a sheet of paper; the numbers stand beside it for whoever sees no
pictures.
"""

from __future__ import annotations

from markupsafe import Markup

HATCH = Markup(
    '<svg class="hatch" width="0" height="0" aria-hidden="true" focusable="false"><defs>'
    '<pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect class="hatch-ground" width="6" height="6" fill="#ffffff"/>'
    '<rect class="hatch-line" width="2.5" height="6" fill="#a3161f"/>'
    "</pattern></defs></svg>"
)
"""The pattern of suspected findings; stands once in each document that has bars."""

_ROOM = 98.0
"""Per cent of the cell that the longest bar takes."""


WORDS = ("已核实", "疑似")


def bar(verified: int, suspected: int, longest: int, words: tuple[str, str] = WORDS) -> Markup:
    """One bar: verified findings solid, suspected ones hatched behind them.

    Args:
        verified: how many are verified.
        suspected: how many are not.
        words: what solid and hatched stand for (empty: there is none of it); ours, they are not escaped.
        longest: the greatest sum of both in the chart; a bar of that sum fills the cell.

    Raises:
        ValueError: a negative number, or a sum above the longest.
    """
    if min(verified, suspected) < 0 or verified + suspected > longest:
        raise ValueError(f"no bar of {verified} and {suspected} fits into {longest}")
    solid = _ROOM * verified / longest if longest else 0.0
    hatched = _ROOM * suspected / longest if longest else 0.0
    told = zip(words, (verified, suspected), strict=True)
    label = "，".join(f"{word}{number}项" for word, number in told if word)
    parts = []
    if solid:
        parts.append(f'<rect class="solid" x="0" y="1" width="{solid:.2f}%" height="12" fill="#a3161f"/>')
    if hatched:
        parts.append(
            f'<rect class="hatched" x="{solid:.2f}%" y="1.5" width="{hatched:.2f}%" height="11" '
            'fill="url(#hatch)" stroke="#a3161f"/>'
        )
    picture = (
        f'<svg class="bar" width="100%" height="14" role="img" aria-label="{label}">'
        f"<title>{label}</title>{''.join(parts)}</svg>"
    )
    return Markup(picture)  # noqa: S704 - made of numbers only
