"""Whom an external partner may see: an app with communities puts in the people met there."""

from collections.abc import Callable
from typing import Any

from django.db.models import Q

from core.registry import Registry


class Circle:
    """One reason for which an external sees a person, as two filters on people."""

    def __init__(self, seen_by: Callable[[Any], Q], seers_of: Callable[[Any], Q]) -> None:
        self.seen_by = seen_by
        self.seers_of = seers_of


circles: Registry[str, Circle] = Registry("circles")
