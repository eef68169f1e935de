"""Profiles (numbers as data), the catalogue of rules (checks as entry points), lists of filter rules."""

from govcrawl.rules.catalogue import Catalogue, CatalogueError, load_catalogue
from govcrawl.rules.filter_lists import FilterList, FilterListError
from govcrawl.rules.profile import ProfileError, load_profile, shipped
from govcrawl.rules.reported import REPORTED, known_rules

__all__ = [
    "REPORTED",
    "Catalogue",
    "CatalogueError",
    "FilterList",
    "FilterListError",
    "ProfileError",
    "known_rules",
    "load_catalogue",
    "load_profile",
    "shipped",
]
