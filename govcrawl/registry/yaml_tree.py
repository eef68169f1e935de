"""YAML as a small tree of text with line numbers.

Built from the parser's events, so that nothing is constructed from what a file says: no tags, no aliases (a
few bytes of them can stand for gigabytes), and every scalar stays as it was written (`0150000001` is no octal
number).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import yaml

from govcrawl.registry.errors import RegistryError, RowError, shown

MAX_CHARACTERS = 4_000_000
"""Of one file: some twenty thousand columns."""
MAX_NODES = 500_000
MAX_DEPTH = 12
"""Of lists and mappings inside one another; the registry needs 6."""

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C parser is ten times as fast
_NULL = {"", "~", "null", "Null", "NULL"}
_STRING_TAGS = {None, "!", "tag:yaml.org,2002:str"}


@dataclass(slots=True)
class Scalar:
    """One value as it was written; `text` is None for null."""

    text: str | None
    line: int


@dataclass(slots=True)
class Sequence:
    """A list."""

    line: int
    items: list[Node] = field(default_factory=list)


@dataclass(slots=True)
class Mapping:
    """Keys and values in the order of the file; no key is there twice."""

    line: int
    values: dict[str, Node] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    """Key to its line."""


Node = Scalar | Sequence | Mapping


def parse(text: str, file: str = "") -> Node | None:
    """The one document of a file; None: there is none.

    Raises:
        RegistryError: it is no YAML, or uses what the registry does not need (tags, aliases, keys twice).
    """
    if len(text) > MAX_CHARACTERS:
        raise _error(file, 0, f"文件过大（超过 {MAX_CHARACTERS} 字符）。")
    try:
        return _build(text, file)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise _error(file, line, f"YAML 格式有误：{_explain(error, text, line)}") from None
    except (yaml.YAMLError, UnicodeError) as error:
        raise _error(file, 0, f"不是可读的 YAML 文本，可能含有特殊字符：{shown(error)}。") from None


def _build(text: str, file: str) -> Node | None:
    root: Node | None = None
    stack: list[Sequence | Mapping] = []
    keys: list[str | None] = []  # beside the stack: the key that waits for its value
    documents = nodes = 0
    for event in yaml.parse(text, Loader=_LOADER):
        line = event.start_mark.line + 1 if event.start_mark else 0
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise _error(file, line, "一个文件只能有一个 YAML 文档，请去掉中间的“---”。")
            continue
        if getattr(event, "anchor", None):  # of a node its name, of an alias the name that it repeats
            raise _error(
                file,
                line,
                "不支持 YAML 的锚点和引用（& 和 *），请写出完整内容；以 * 或 & 开头的文字请加引号。",
            )
        if isinstance(event, yaml.SequenceEndEvent | yaml.MappingEndEvent):
            stack.pop()
            keys.pop()
            continue
        if not isinstance(event, yaml.NodeEvent):
            continue
        if event_tag(event) not in _STRING_TAGS:
            raise _error(file, line, f"不支持 YAML 标签{shown(event_tag(event))}。")
        node = _node(event, line)
        nodes += 1
        if nodes > MAX_NODES:
            raise _error(file, line, f"内容过多（超过 {MAX_NODES} 项）。")
        if not stack:
            root = node
        elif isinstance(stack[-1], Sequence):
            stack[-1].items.append(node)
        elif keys[-1] is None:
            keys[-1] = _key(node, stack[-1], file)
        else:
            stack[-1].values[keys[-1]] = node
            keys[-1] = None
        if not isinstance(node, Scalar):
            if len(stack) >= MAX_DEPTH:
                raise _error(file, line, f"层次过深（超过 {MAX_DEPTH} 层）。")
            stack.append(node)
            keys.append(None)
    return root


def event_tag(event: yaml.NodeEvent) -> str | None:
    """The tag that the file itself writes before a node."""
    tag = getattr(event, "tag", None)
    return tag if isinstance(tag, str) else None


def _node(event: yaml.NodeEvent, line: int) -> Node:
    if isinstance(event, yaml.SequenceStartEvent):
        return Sequence(line)
    if isinstance(event, yaml.MappingStartEvent):
        return Mapping(line)
    value = str(getattr(event, "value", ""))
    bare = bool(getattr(event, "implicit", (False,))[0])
    return Scalar(None if bare and value in _NULL else value, line)


def _key(node: Node, owner: Mapping, file: str) -> str:
    if not isinstance(node, Scalar) or node.text is None:
        raise _error(file, node.line, "键应为文字。")
    if node.text in owner.lines:
        raise _error(file, node.line, f"键{shown(node.text)}重复，前一处在第 {owner.lines[node.text]} 行。")
    owner.lines[node.text] = node.line
    return node.text


def _explain(error: yaml.MarkedYAMLError, text: str, line: int) -> str:
    lines = text.splitlines()
    written = lines[line - 1] if 0 < line <= len(lines) else ""
    if "\t" in written[: len(written) - len(written.lstrip())]:
        return "缩进应使用空格，不能使用制表符。"
    if "：" in written and ": " not in written:
        return f"{shown(written.strip())}中的冒号应为半角冒号加空格。"
    return f"{error.problem or error}（{shown(written.strip())}）。请检查缩进、冒号后的空格和引号。"


def _error(file: str, line: int, message: str) -> RegistryError:
    return RegistryError([RowError(file=file, row=line, message=message)])
