"""Reading pages: pure functions from bytes to readings, without input or output."""

from govcrawl.pages.addresses import Scope, normalise, registrable_domain
from govcrawl.pages.page import Page, read_page

__all__ = ["Page", "Scope", "normalise", "read_page", "registrable_domain"]
