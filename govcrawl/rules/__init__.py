"""Profiles (numbers as data) and the catalogue of rules (checks as entry points)."""

from govcrawl.rules.catalogue import Catalogue, CatalogueError, load_catalogue
from govcrawl.rules.profile import ProfileError, load_profile, shipped

__all__ = ["Catalogue", "CatalogueError", "ProfileError", "load_catalogue", "load_profile", "shipped"]
