"""Files that are there whole, or as they were before. Imports nothing of ours; every room may use it."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def write_atomically(path: Path, content: bytes, *, mode: int = 0o644) -> None:
    """Write a file so that at every moment the old or the new one is there, whole.

    Args:
        path: the file; its folder is made where it is missing.
        content: all of it.
        mode: who may read it; what holds personal data is kept from others (0o640).

    Raises:
        OSError: the folder can't be made, or the file can't be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=".writing-", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(mode)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
