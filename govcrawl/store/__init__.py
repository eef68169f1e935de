"""Keeping: runs, pages, findings with their life, the registry; on SQLite or PostgreSQL.

`Store` is the whole surface; `lifecycle` is the pure function behind a finding's status.
"""

from govcrawl.store.errors import (
    ActionRefused,
    FingerprintUnclear,
    NightBusy,
    RegistryRefused,
    RunClosed,
    SchemaTooNew,
    SchemaTooOld,
    SiteBusy,
    StoreDamaged,
    StoreError,
    StoreUnavailable,
)
from govcrawl.store.lifecycle import Event
from govcrawl.store.locks import this_owner
from govcrawl.store.prune_rows import Keeping
from govcrawl.store.shapes import (
    ArticleSeen,
    FindingReported,
    FindingSeen,
    LinkMemory,
    NightSite,
    NightState,
    PageSeen,
    RunOutcome,
    RunScope,
    Transition,
)
from govcrawl.store.store import Store

__all__ = [
    "ActionRefused",
    "ArticleSeen",
    "Event",
    "FindingReported",
    "FindingSeen",
    "FingerprintUnclear",
    "Keeping",
    "LinkMemory",
    "NightBusy",
    "NightSite",
    "NightState",
    "PageSeen",
    "RegistryRefused",
    "RunClosed",
    "RunOutcome",
    "RunScope",
    "SchemaTooNew",
    "SchemaTooOld",
    "SiteBusy",
    "Store",
    "StoreDamaged",
    "StoreError",
    "StoreUnavailable",
    "Transition",
    "this_owner",
]
