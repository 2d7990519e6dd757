"""Text as people compare and sort it: without accents, ligatures, case and particles."""

import re
import unicodedata
from functools import lru_cache

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d"})
_APOSTROPHES = re.compile(r"[’'ʼ`]")
_SEPARATORS = re.compile(r"[^0-9a-z]+")
_PARTICLES = frozenset({"d", "de", "du", "des", "la", "le", "les", "l", "von", "van", "der", "den", "di", "da", "el"})


def fold(text: str) -> str:
    """Lower case, without accents or ligatures, words separated by one space."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_LIGATURES))
    plain = "".join(character for character in plain if not unicodedata.combining(character))
    return _SEPARATORS.sub(" ", _APOSTROPHES.sub(" ", plain)).strip()


def without_particles(text: str) -> str:
    """Folded text less its particles, so that « La Tour » is found by « de la tour »; all of it if nothing is left."""
    words = fold(text).split()
    return " ".join(word for word in words if word not in _PARTICLES) or " ".join(words)


@lru_cache(maxsize=4096)
def initials(*names: str) -> str:
    """Two capital letters at most, for a tile without a picture."""
    letters = [word[0] for name in names for word in fold(name).split() if word not in _PARTICLES]
    return "".join(letters[:1] + letters[-1:] if len(letters) > 1 else letters).upper()


def lower_first(text: str) -> str:
    """A label as it stands in the middle of a sentence."""
    return text[:1].lower() + text[1:]
