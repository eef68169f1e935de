"""Reading pages: pure functions from bytes to readings, without input or output."""

from govcrawl.pages.addresses import Scope, normalise, registrable_domain
from govcrawl.pages.articles import read_article
from govcrawl.pages.columns import read_column
from govcrawl.pages.home import read_home
from govcrawl.pages.kinds import extract, kind_of
from govcrawl.pages.page import Page, read_page

READER_VERSION = "7"
"""Of the readings that the store keeps: another version reads anew."""

__all__ = [
    "READER_VERSION",
    "Page",
    "Scope",
    "extract",
    "kind_of",
    "normalise",
    "read_article",
    "read_column",
    "read_home",
    "read_page",
    "registrable_domain",
]
