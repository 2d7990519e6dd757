"""The data of the demonstration, read from TOML: with the typography of French, as clean HTML."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt

from core import richtext

DATA = Path(__file__).parent / "data"
NBSP = "\N{NO-BREAK SPACE}"

_markdown = MarkdownIt("commonmark")
_code = re.compile(r"(`[^`]*`)")
_rules: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile("'"), "’"),
    (re.compile(r"« ?"), f"«{NBSP}"),
    (re.compile(r" ?»"), f"{NBSP}»"),
    (re.compile(r" ([:;!?])(?=\s|$|\*|»|\))"), rf"{NBSP}\1"),
    (re.compile(r"(?<=\d) (?=\d{3}\b)"), NBSP),
    (re.compile(r"(?<=\d) (?=(%|€|h|°C|Go|MWh|kbit/s|millions?)(\W|$))"), NBSP),
    (re.compile(r"(?<=\d h) (?=\d\d)".replace(" h", f"{NBSP}h")), NBSP),
    (re.compile(r"n° "), f"n°{NBSP}"),
    (re.compile(r"(?<=[Aa]rticles) (?=[A-Z]?\d)|(?<=[Aa]rticle) (?=[A-Z]?\d)"), NBSP),
)


def typeset(text: str) -> str:
    """Writes what was typed on an ordinary keyboard as French is printed; leaves what stands between `backquotes`."""
    parts = _code.split(text.strip())
    for index in range(0, len(parts), 2):
        for pattern, replacement in _rules:
            parts[index] = pattern.sub(replacement, parts[index])
    return "".join(parts)


def rich(text: str) -> str:
    """Markdown as the stored, clean HTML of a post."""
    return richtext.sanitise(_markdown.render(typeset(text)).replace("\n<", "<").strip())


def read_list(name: str, key: str) -> list[dict[str, Any]]:
    """The entries `[[key]]` of a TOML file of `data/`."""
    with (DATA / name).open("rb") as file:
        entries: list[dict[str, Any]] = tomllib.load(file)[key]
    return entries
