"""Units, sites, columns and accounts: read from files, matched, checked, written (INTERFACES, section 2)."""

from govcrawl.registry.check import Level, RegistryHint, check
from govcrawl.registry.confirmation import confirm
from govcrawl.registry.errors import RegistryError, RowError
from govcrawl.registry.files import read_files
from govcrawl.registry.incoming import Incoming, IncomingRow, Place
from govcrawl.registry.merge import merge
from govcrawl.registry.plan import Change, Entry, ImportPlan
from govcrawl.registry.workbook import write_workbook
from govcrawl.registry.yaml_in import from_yaml
from govcrawl.registry.yaml_out import empty_registry_yaml, to_yaml

__all__ = [
    "Change",
    "Entry",
    "ImportPlan",
    "Incoming",
    "IncomingRow",
    "Level",
    "Place",
    "RegistryError",
    "RegistryHint",
    "RowError",
    "check",
    "confirm",
    "empty_registry_yaml",
    "from_yaml",
    "merge",
    "read_files",
    "to_yaml",
    "write_workbook",
]
