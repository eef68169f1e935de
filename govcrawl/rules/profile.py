"""Reading profiles: TOML files of values, each with its source; one may extend another."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

from govcrawl.model import Profile, Value

_META = {"name", "extends", "title", "basis"}
_KEYS = {"value", "source", "verified", "unit", "note"}
_MAX_DEPTH = 8
_OVERRIDE = "govcrawl.toml [rules]"


class ProfileError(Exception):
    """A profile that can't be used; the message is one Chinese line."""


def shipped() -> list[str]:
    """Names of the profiles that come with the program."""
    folder = files("govcrawl.rules") / "profiles"
    return sorted(
        entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name.endswith(".toml")
    )


def load_profile(
    name: str, *, folder: Path | None = None, overrides: Mapping[str, float | int | str | bool] | None = None
) -> Profile:
    """A shipped profile by name, or one of an office by path (relative to `folder`), with overrides.

    An override changes the value of a key that the profile has; its source is then the office's own
    settings, and it counts as verified, for the office itself has set it.

    Raises:
        ProfileError: no such profile, a broken file, a circle of `extends`, an override of a key
            that the profile does not have, or a value of another kind than the one it replaces.
    """
    profile = _load(name, folder, ())
    values = dict(profile.values)
    for key, value in (overrides or {}).items():
        if key not in values:
            close = difflib.get_close_matches(key, list(values), n=1, cutoff=0.0)
            raise ProfileError(f"[rules] 中的 {key} 不在检查指标 {profile.name} 中，最接近的是 {close[0]}")
        old = values[key]
        if not _alike(value, old.value):
            raise ProfileError(f"[rules] 中的 {key} 应与原值 {old.value!r} 同为一类，现为 {value!r}")
        values[key] = replace(
            old, value=value, source=_OVERRIDE, verified=True, note=f"原值 {old.value}（{old.source}）"
        )
    return replace(profile, values=values)


def _load(name: str, folder: Path | None, seen: tuple[str, ...]) -> Profile:
    if name in seen or len(seen) >= _MAX_DEPTH:
        raise ProfileError(f"检查指标互相引用：{' → '.join((*seen, name))}")
    document = _document(name, folder)
    where = f"检查指标 {name}"
    values: dict[str, Value] = {}
    title = name
    basis: tuple[str, ...] = ()
    if parent := document.get("extends"):
        base = _load(str(parent), folder, (*seen, name))
        values.update(base.values)
        title, basis = base.title, base.basis
    for section, table in document.items():
        if section in _META:
            continue
        if not isinstance(table, dict):
            raise ProfileError(f"{where}：{section} 应为一个表")
        for key, entry in table.items():
            name_of = f"{section}.{key}"
            value = _value(entry, f"{where}：{name_of}")
            if name_of in values and not _alike(value.value, values[name_of].value):
                old = values[name_of].value
                raise ProfileError(f"{where}：{name_of} 应与原值 {old!r} 同为一类，现为 {value.value!r}")
            values[name_of] = value
    own_basis = document.get("basis", basis)
    if not isinstance(own_basis, list | tuple) or not all(isinstance(text, str) for text in own_basis):
        raise ProfileError(f"{where}：basis 应为一组文本")
    return Profile(
        name=str(document.get("name", name)),
        title=str(document.get("title", title)),
        basis=tuple(own_basis),
        values=values,
    )


def _document(name: str, folder: Path | None) -> dict[str, object]:
    try:
        if name in shipped():
            text = (files("govcrawl.rules") / "profiles" / f"{name}.toml").read_text(encoding="utf-8")
        else:
            path = (folder or Path()) / name
            if not path.is_file():
                raise ProfileError(f"没有名为 {name} 的检查指标；随程序提供的有：{'、'.join(shipped())}")
            text = path.read_text(encoding="utf-8-sig")
        return tomllib.loads(text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ProfileError(f"检查指标 {name} 无法读取：{error}") from error


def _alike(value: object, old: object) -> bool:
    """May one take the other's place: a word for "24h", a whole number for days, any number for a ratio."""
    if old is None or value is None:
        return True
    if isinstance(old, bool) or isinstance(value, bool) or isinstance(old, str) or isinstance(value, str):
        return type(value) is type(old)
    return isinstance(old, float) or isinstance(value, int)


def _value(entry: object, where: str) -> Value:
    if not isinstance(entry, dict) or "value" not in entry:
        raise ProfileError(f"{where} 应写作 {{ value = …, source = …, verified = … }}")
    if unknown := set(entry) - _KEYS:
        raise ProfileError(f"{where} 有未知的键：{'、'.join(sorted(unknown))}")
    source, verified = entry.get("source"), entry.get("verified")
    if not isinstance(source, str) or not source or not isinstance(verified, bool):
        raise ProfileError(f"{where} 缺少 source（依据）或 verified（是否核对）")
    return Value(entry["value"], source, verified, str(entry.get("unit", "")), str(entry.get("note", "")))


def require(profile: Profile, *keys: str) -> None:
    """Make sure that a profile has values, before anything rests on them.

    Raises:
        ProfileError: some are missing; the message names them.
    """
    if missing := [key for key in keys if (value := profile.get(key)) is None or value.value is None]:
        raise ProfileError(f"检查指标 {profile.name} 没有规定 {'、'.join(missing)}，不能据此判断")
