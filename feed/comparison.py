"""What changed between two texts, word by word, in a time that no text can stretch."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from core import richtext

_WORDS = re.compile(r"\s+|\w+|[^\w\s]")
# Steps of `SequenceMatcher`, about a second. Beyond, a changed passage is shown as one block taken out and one put in.
STEPS_MAX: Final = 10_000_000


@dataclass(frozen=True)
class Piece:
    """Some words and what became of them: `same`, `gone` or `new`."""

    state: str
    text: str


@dataclass(frozen=True)
class Line:
    """One line before and after; either side may be empty."""

    before: tuple[Piece, ...]
    after: tuple[Piece, ...]

    @property
    def is_same(self) -> bool:
        return self.before == self.after

    @property
    def inline(self) -> list[Piece]:
        """Both sides as one line: what went, then what came, where it happened."""
        if self.is_same:
            return list(self.before)
        return list(_merged(self.before, self.after))


def compare(before: str, after: str) -> list[Line]:
    """The lines of two rich texts side by side, as plain words: markup is not compared."""
    return list(_Comparison().lines(_lines_of(before), _lines_of(after)))


def _lines_of(html: str) -> list[str]:
    return [line for line in richtext.to_text(html).split("\n") if line]


def _steps(old: list[str], new: list[str]) -> int:
    """How long matching may take at worst: pairs of equal pieces, walked once for each block that matches."""
    counts = Counter(new)
    return sum(times * counts[piece] for piece, times in Counter(old).items()) * min(len(old), len(new))


class _Comparison:
    """Compares within one budget of steps, so that many passages cost no more than one."""

    def __init__(self) -> None:
        self._left = STEPS_MAX

    def _matched(self, old: list[str], new: list[str]) -> list[tuple[str, int, int, int, int]]:
        steps = _steps(old, new)
        if steps > self._left:
            return [("replace", 0, len(old), 0, len(new))]
        self._left -= steps
        return list(SequenceMatcher(None, old, new, autojunk=False).get_opcodes())

    def lines(self, old: list[str], new: list[str]) -> Iterator[Line]:
        """The lines that stay, and those that changed with their words."""
        for tag, i1, i2, j1, j2 in self._matched(old, new):
            if tag == "equal":
                yield from (Line((Piece("same", text),), (Piece("same", text),)) for text in old[i1:i2])
                continue
            paired = min(i2 - i1, j2 - j1)
            for one, other in zip(old[i1 : i1 + paired], new[j1 : j1 + paired], strict=True):
                yield self._words(one, other)
            yield from (Line((Piece("gone", text),), ()) for text in old[i1 + paired : i2])
            yield from (Line((), (Piece("new", text),)) for text in new[j1 + paired : j2])

    def _words(self, old: str, new: str) -> Line:
        one, other = _WORDS.findall(old), _WORDS.findall(new)
        before: list[Piece] = []
        after: list[Piece] = []
        for tag, i1, i2, j1, j2 in self._matched(one, other):
            gone, came = "".join(one[i1:i2]), "".join(other[j1:j2])
            if tag == "equal":
                before.append(Piece("same", gone))
                after.append(Piece("same", came))
                continue
            if gone:
                before.append(Piece("gone", gone))
            if came:
                after.append(Piece("new", came))
        return Line(tuple(before), tuple(after))


def _merged(before: tuple[Piece, ...], after: tuple[Piece, ...]) -> Iterator[Piece]:
    """Walks both sides by what they share; both hold the same pieces `same`, in the same order."""
    rest = iter(after)
    for piece in before:
        if piece.state == "gone":
            yield piece
            continue
        for came in rest:
            yield came
            if came.state == "same":
                break
    yield from rest
