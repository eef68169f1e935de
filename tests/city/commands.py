"""Runs the program's commands in the office's folder, as a user types them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from rich.console import Console


class Commands:
    """Commands of this environment. What did not succeed is gathered in `failures` (Chinese)."""

    def __init__(self, folder: Path, console: Console) -> None:
        self.folder = folder.resolve()
        self.console = console
        self.failures: list[str] = []

    def __call__(self, name: str, *words: str, quiet: bool = False, last: int = 0, expect: int = 0) -> str:
        """Runs one command; shows what it prints: all, the `last` lines, or nothing (`quiet`; returned)."""
        line = " ".join((name, *words))
        if not quiet:
            self.console.print(f"$ {line}", style="bold", markup=False, highlight=False)
            self.console.file.flush()
        command = [str(Path(sys.executable).parent / name), *words]
        done = subprocess.run(
            command,
            cwd=self.folder,
            text=True,
            encoding="utf-8",
            check=False,
            stdout=subprocess.PIPE if quiet or last else None,
        )
        if last:
            shown = (done.stdout or "").splitlines()
            self.console.print("\n".join(shown[-last:]), markup=False, highlight=False, soft_wrap=True)
        if done.returncode != expect:
            self.failures.append(f"{line}（退出状态{done.returncode}）")
        return done.stdout or ""

    def read(self, name: str) -> list[dict[str, Any]]:
        """A JSON array that a command wrote; without it, nothing was found and the command failed."""
        path = self.folder / name
        if not path.is_file():
            self.failures.append(f"没有写出 {name}")
            return []
        loaded: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8") or "[]")
        return loaded

    def json(self, keep: str, name: str, *words: str) -> list[dict[str, Any]]:
        """What a command prints as JSON: an array, or one object a line."""
        printed = self(name, *words, quiet=True).strip()
        (self.folder / keep).write_text(printed, encoding="utf-8")
        if not printed.startswith("["):
            return [json.loads(line) for line in printed.splitlines() if line.startswith("{")]
        loaded: list[dict[str, Any]] = json.loads(printed)
        return loaded

    def paths(self, name: str, *words: str) -> list[Path]:
        """The files that a command says it wrote."""
        self.console.print(f"$ {' '.join((name, *words))}", style="bold", markup=False, highlight=False)
        printed = self(name, *words, quiet=True)
        candidates = (self.folder / line.strip() for line in printed.splitlines() if line.strip())
        found = [path for path in candidates if path.suffix in {".html", ".xlsx"} and path.is_file()]
        if not found:
            self.failures.append("周巡查报告没有写出文件")
            self.console.print(printed, markup=False)
        return found
