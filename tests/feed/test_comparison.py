"""Two versions of a text, side by side and as one."""

from __future__ import annotations

import time

import pytest

from feed.comparison import Line, compare


def inline(line: Line) -> str:
    marks = {"same": "{}", "gone": "[-{}-]", "new": "[+{}+]"}
    return "".join(marks[piece.state].format(piece.text) for piece in line.inline)


def test_words_that_changed_are_shown_where_they_stood() -> None:
    (line,) = compare("<p>Le rapport est en ligne.</p>", "<p>Le compte rendu est en ligne ici.</p>")
    assert inline(line) == "Le [-rapport-][+compte rendu+] est en ligne[+ ici+]."
    assert not line.is_same


def test_lines_that_came_and_went_stand_alone() -> None:
    lines = compare("<p>un</p><p>deux</p><p>trois</p>", "<p>un</p><p>trois</p><p>quatre</p>")
    assert [inline(line) for line in lines] == ["un", "[-deux-]", "trois", "[+quatre+]"]


def test_markup_alone_is_no_change_of_words() -> None:
    assert all(line.is_same for line in compare("<p>un <em>mot</em></p>", "<p>un <strong>mot</strong></p>"))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<p>" + "a b " * 20_000 + "</p>", "<p>" + "b a " * 20_000 + "</p>"),
        ("<p>a</p>" * 9_000, "<p>b</p>" * 9_000),
        ("<p>" + "a b " * 50 + "</p>", "<p>" + "b a " * 50 + "</p>"),
        (("<p>" + "a b " * 50 + "c</p>") * 400, ("<p>" + "b a " * 50 + "d</p>") * 400),
        ("<p>a</p><p>b</p>" * 450, "<p>b</p><p>c</p>" * 450),
        ("<p>" + "a" * 100_000 + "</p>", "<p>" + "b" * 100_000 + "</p>"),
    ],
)
def test_no_two_texts_take_long(before: str, after: str) -> None:
    begun = time.process_time()
    lines = compare(before, after)
    assert time.process_time() - begun < 2
    assert lines
