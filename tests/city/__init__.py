"""A made-up city: ten government sites on loopback, with faults planted and traps laid.

`build` makes it as of one day, `CityServer` serves it, `write_office` writes the folder of the office
that inspects it, `compare` holds what was found against what was planted.
`python -m tests.city.demo` does all of it.
"""

from tests.city.build import build
from tests.city.comparison import Comparison, compare
from tests.city.office import FolderInUseError, write_office, write_settings
from tests.city.server import CityServer
from tests.city.shapes import City, Planted, Served, Tolerated, Trap
from tests.city.tables import print_comparison

__all__ = [
    "City",
    "CityServer",
    "Comparison",
    "FolderInUseError",
    "Planted",
    "Served",
    "Tolerated",
    "Trap",
    "build",
    "compare",
    "print_comparison",
    "write_office",
    "write_settings",
]
