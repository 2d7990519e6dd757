import pytest

from core.text import fold, initials, without_particles


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Hélène", "helene"),
        ("Œuvre d’État", "oeuvre d etat"),
        ("  Jean-François  ", "jean francois"),
        ("AIPD : l'analyse", "aipd l analyse"),
        ("Łódź", "lodz"),
        ("", ""),
    ],
)
def test_folding_forgets_case_accents_ligatures_and_signs(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("name", "key"),
    [("de La Tour", "tour"), ("d’Artagnan", "artagnan"), ("Le Goff", "goff"), ("La", "la"), ("Van der Meer", "meer")],
)
def test_particles_are_left_out_unless_nothing_else_is_there(name: str, key: str) -> None:
    assert without_particles(name) == key


@pytest.mark.parametrize(
    ("names", "letters"),
    [(("Claire", "Bonnet"), "CB"), (("Anne-Lise", "de la Tour"), "AT"), (("Zoé", ""), "Z"), (("", ""), "")],
)
def test_initials_are_two_letters_at_most(names: tuple[str, str], letters: str) -> None:
    assert initials(*names) == letters
