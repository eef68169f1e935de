"""What the numbers were measured on, in a line; no names, no paths."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version


def describe() -> str:
    """Cores, load, Python and the main libraries."""
    load = os.getloadavg()
    libraries = ", ".join(f"{name} {version(name)}" for name in ("scrapy", "aiohttp", "lxml", "sqlalchemy"))
    return (
        f"{os.cpu_count()} cores ({platform.machine()}, {platform.system()}), "
        f"load {load[0]:.1f} before the first run; Python {platform.python_version()}; {libraries}"
    )
