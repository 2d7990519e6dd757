"""Days as people say them."""

from __future__ import annotations

from datetime import date

from django.template.defaultfilters import date as format_date
from django.utils import timezone


def spoken_day(day: date | None) -> str:
    """« 12 déc. », with its year where that is not this one; nothing for no day."""
    if day is None:
        return ""
    return str(format_date(day, "j N" if day.year == timezone.localdate().year else "j N Y"))
