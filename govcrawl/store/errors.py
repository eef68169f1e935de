"""What can go wrong in the store: each error is one Chinese line that a command prints as it is.

No message ever holds the password of a database address.
"""

# ruff: noqa: N818 (what they say reads better than a row of names that end in Error)
from __future__ import annotations


class StoreError(Exception):
    """Base of all errors of the store; `str(error)` is one clear Chinese line."""


class StoreUnavailable(StoreError):
    """The database can't be reached, is locked by others for too long, or is full."""


class StoreDamaged(StoreError):
    """The SQLite file is no database, or is damaged."""


class SchemaTooOld(StoreError):
    """A PostgreSQL database of an older version: a person has to run `govcrawl db upgrade`."""


class SchemaTooNew(StoreError):
    """The database was written by a newer version of the program, or is not ours."""


class SiteBusy(StoreError):
    """Another run of the same site is going on."""


class NightBusy(StoreError):
    """Another night that has some of the same sites in its queue is going on."""


class RunClosed(StoreError):
    """The run is not known, or was closed already (ended, or taken over by another process)."""


class RegistryRefused(StoreError):
    """A registry that contradicts itself: an id that stands twice or points nowhere."""


class ActionRefused(StoreError):
    """The life cycle does not allow this step for a finding in its present state."""


class FingerprintUnclear(StoreError):
    """The beginning of a fingerprint that was given fits several findings."""


class Conflict(StoreError):
    """Two transactions wanted the same thing at once, or what one wrote contradicts a constraint."""
