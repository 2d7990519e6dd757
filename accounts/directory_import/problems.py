"""What is wrong with a file, line by line, in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


@dataclass(frozen=True)
class Problem:
    """One thing to correct, with the file and the lines it concerns; no line: the whole file."""

    file: str
    lines: tuple[int, ...]
    text: str

    def __str__(self) -> str:
        if not self.lines:
            return _("%(file)s: %(text)s") % {"file": self.file, "text": self.text}
        numbers = ", ".join(str(line) for line in self.lines[:10]) + (", …" if len(self.lines) > 10 else "")
        where = ngettext("%(file)s, line %(lines)s: %(text)s", "%(file)s, lines %(lines)s: %(text)s", len(self.lines))
        return where % {"file": self.file, "lines": numbers, "text": self.text}


@dataclass
class Problems:
    """What was found so far, in one file."""

    file: str
    found: list[Problem] = field(default_factory=list)

    def add(self, lines: int | Iterable[int], text: str) -> None:
        """Notes one thing to correct."""
        numbers = (lines,) if isinstance(lines, int) else tuple(lines)
        self.found.append(Problem(self.file, numbers, text))


class ImportRefused(Exception):
    """Nothing was written; `problems` says what to correct."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = problems
