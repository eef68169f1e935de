"""A working folder for each test that wants one, made by `govcrawl init`."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from office_folder import Office


@pytest.fixture(scope="session")
def initialised(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("init") / "office"
    folder.mkdir()
    Office(folder)("govcrawl", "init").ended()
    return folder


@pytest.fixture(scope="session")
def new_office(initialised: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Office]:
    """Makes a new office, for fixtures that several tests share."""

    def make() -> Office:
        folder = tmp_path_factory.mktemp("office") / "示例 办公室"  # a path as offices have them
        shutil.copytree(initialised, folder)
        return Office(folder)

    return make


@pytest.fixture
def office(new_office: Callable[[], Office]) -> Office:
    return new_office()
