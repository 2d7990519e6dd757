"""Documents on paper: what people typed stays text, and nothing runs without an end."""

from __future__ import annotations

import re

import pytest
from django.utils import translation

from core import paper as papers
from core.paper import PaperFailed, paper, paper_response

HOSTILE = '#panic("x") ] $ #read("/etc/passwd") <b>'
WORDS = {
    "objectives": "Objectifs",
    "milestones": "Étapes",
    "communication": "Communication",
    "ways": "Modes de travail",
    "milestone_head": ["Échéance", "Étape", "État"],
    "communication_head": ["Prévue", "Action", "État"],
}
EMPTY = {
    "title": HOSTILE,
    "subtitle": "",
    "made": "25 novembre 2026",
    "summary": HOSTILE,
    "progress": None,
    "facts": [HOSTILE],
    "words": WORDS,
    "objectives": [{"title": HOSTILE, "indicator": HOSTILE, "words": HOSTILE, "progress": 50}],
    "milestones": [],
    "communication": [],
    "ways": [HOSTILE],
}


def test_paper_is_tagged_for_screen_readers_whatever_people_typed():
    with translation.override("fr"):
        made = paper("roadmap.typ", EMPTY)
    assert made.startswith(b"%PDF-1.7")
    # What PDF/UA-1 asks and says of itself: a structure, a language, its mark.
    assert b"/StructTreeRoot" in made
    assert re.search(rb"/Lang\s*\(fr", made)
    assert b"pdfuaid:part" in made


@pytest.mark.parametrize("data", [EMPTY | {"title": ""}, {}])
def test_paper_that_cannot_be_made_says_so(data, caplog):
    with pytest.raises(PaperFailed) as refusal:
        paper("roadmap.typ", data)
    assert "typ" not in str(refusal.value)
    assert "roadmap.typ failed" in caplog.text


def test_template_reads_nothing_outside_its_folder(tmp_path, monkeypatch, caplog):
    (tmp_path / "secret.txt").write_text("secret")
    folder = tmp_path / "paper"
    folder.mkdir()
    (folder / "x.typ").write_text('#set document(title: "x")\n#read("../secret.txt")')
    monkeypatch.setattr(papers, "FOLDER", folder)
    with pytest.raises(PaperFailed):
        paper("x.typ", {"title": "x"})


def test_paper_that_does_not_end_is_stopped(tmp_path, monkeypatch, caplog):
    endless = "#for a in range(9999) { for b in range(9999) { for c in range(9999) { let d = a } } }"
    (tmp_path / "x.typ").write_text(f'#set document(title: "x")\n{endless}')
    monkeypatch.setattr(papers, "FOLDER", tmp_path)
    monkeypatch.setattr(papers, "SECONDS", 2)
    with pytest.raises(PaperFailed):
        paper("x.typ", {"title": "x"})
    assert "did not end" in caplog.text


def test_paper_is_a_file_named_after_its_title(monkeypatch):
    response = paper_response("roadmap.typ", EMPTY | {"title": "Étapes"}, title="Feuille de route : Télétravail")
    assert response["Content-Type"] == "application/pdf"
    assert re.search(
        r'attachment; filename="feuille-de-route-teletravail-\d{4}-\d\d-\d\d\.pdf"', response["Content-Disposition"]
    )
