"""What a community is about, as words that compare: stems, subjects named in other words, initials. Proposition 48."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import snowballstemmer

from core.text import fold

NAME, TAG, PURPOSE = 6, 4, 2
# A subject of the list weighs more than a word, the initials of words less.
SUBJECT, INITIALS = 2, 1
LONGEST_EXPRESSION = 6  # words
_ACRONYM = re.compile(r"\b[A-ZÉÈÀ]{2,6}\b")


def words_of(name: str, purpose: str, tags: Iterable[str]) -> dict[str, int]:
    """The words of a community, each with its weight: the greatest of the places where it stands."""
    found: dict[str, int] = {}
    for text, place in [(name, NAME), (purpose, PURPOSE), *((tag, TAG) for tag in tags)]:
        for word, share in _words(text):
            found[word] = max(found.get(word, 0), place * share // SUBJECT)
    return {word: weight for word, weight in found.items() if weight}


def _words(text: str) -> Iterator[tuple[str, int]]:
    tokens = fold(text).split()
    taken: set[int] = set()
    for subject, start, end in _subjects_in([_stem(token) for token in tokens]):
        taken.update(range(start, end))
        yield f"={subject}", 2 * SUBJECT
    idle = _idle()
    spoken = [(place, token) for place, token in enumerate(tokens) if token not in idle and len(token) > 1]
    for place, token in spoken:
        # What a subject already says counts once more, and less.
        yield _stem(token), 1 if place in taken else SUBJECT
    for acronym in _ACRONYM.findall(text):
        yield f"@{fold(acronym)}", SUBJECT
    for length in range(2, 5):
        for start in range(len(spoken) - length + 1):
            initials = "".join(token[0] for _place, token in spoken[start : start + length])
            yield f"@{initials}", INITIALS


def _subjects_in(stems: list[str]) -> Iterator[tuple[str, int, int]]:
    """The subjects that a text names, with where they stand; of two that begin at one word, the longer."""
    known, start = _expressions(), 0
    while start < len(stems):
        for length in range(min(LONGEST_EXPRESSION, len(stems) - start), 0, -1):
            subject = known.get(tuple(stems[start : start + length]))
            if subject is not None:
                yield subject, start, start + length
                start += length - 1
                break
        start += 1


@cache
def _file() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "subjects.toml").read_text())


@cache
def _idle() -> frozenset[str]:
    return frozenset(_file()["idle"].split())


@cache
def _expressions() -> dict[tuple[str, ...], str]:
    return {
        tuple(_stem(token) for token in fold(expression).split()): fold(line[0]).replace(" ", "-")
        for line in _file()["subjects"]
        for expression in line
    }


@cache
def _stemmer() -> snowballstemmer.stemmer:
    return snowballstemmer.stemmer("french")


@cache
def _stem(token: str) -> str:
    # Folded first: the stemmer takes « réforme » and « reforme » for two words.
    return str(_stemmer().stemWord(token))
