"""What changed between two texts, word by word, in a time that no text can stretch."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from core import richtext

_WORDS = re.compile(r"\s+|\w+|[^\w\s]")
# Beyond these, a changed passage is shown as one block taken out and one put in: comparing would take too long.
LINES_MAX: Final = 1_000
WORDS_MAX: Final = 600


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
    old, new = richtext.to_text(before).split("\n"), richtext.to_text(after).split("\n")
    if max(len(old), len(new)) > LINES_MAX:
        return _replaced(old, new)
    lines: list[Line] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            lines += [Line((Piece("same", text),), (Piece("same", text),)) for text in old[i1:i2]]
        else:
            lines += _changed(old[i1:i2], new[j1:j2])
    return lines


def _changed(old: list[str], new: list[str]) -> list[Line]:
    paired = min(len(old), len(new))
    lines = [_words(old[index], new[index]) for index in range(paired)]
    return lines + _replaced(old[paired:], new[paired:])


def _replaced(old: list[str], new: list[str]) -> list[Line]:
    gone = [Line((Piece("gone", text),), ()) for text in old if text]
    return gone + [Line((), (Piece("new", text),)) for text in new if text]


def _words(old: str, new: str) -> Line:
    one, other = _WORDS.findall(old), _WORDS.findall(new)
    if max(len(one), len(other)) > WORDS_MAX:
        return Line((Piece("gone", old),), (Piece("new", new),))
    before: list[Piece] = []
    after: list[Piece] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
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
