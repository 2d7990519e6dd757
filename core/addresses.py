"""Addresses that a page writes by the dozen: worked out once for each name, then only filled in."""

from __future__ import annotations

from functools import cache

from django.urls import get_script_prefix, reverse

# Stand for an argument while the pattern is worked out; neither holds the other.
_NUMBER, _WORD = 987_654_321, "stand-in"


def address_of(name: str, *args: int | str) -> str:
    """What `reverse(name, args=args)` gives, for arguments that are ids, slugs, or names of models."""
    return _pattern(get_script_prefix(), name, tuple(isinstance(arg, str) for arg in args)) % args


@cache
def _pattern(prefix: str, name: str, words: tuple[bool, ...]) -> str:
    # By position: positional arguments of `reverse` stand in the order of the address.
    stand_ins = [_WORD if is_word else _NUMBER for is_word in words]
    address = reverse(name, args=stand_ins).replace("%", "%%")
    return address.replace(_WORD, "%s").replace(str(_NUMBER), "%s")
