"""How templates write moments, texts and tiles."""

from datetime import date, datetime
from functools import lru_cache

from django import template
from django.template.defaultfilters import date as format_date
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from core import richtext, text
from core.days import spoken_day
from core.once import new_nonce

register = template.Library()


@register.filter
def ago(moment: datetime | None) -> SafeString:
    """The moment as one says it, exact on hover: « il y a 25 min », « hier à 16 h 10 », « 12 déc. »."""
    if moment is None:
        return SafeString("")
    local = timezone.localtime(moment)
    exact = _exact(local.replace(second=0, microsecond=0), get_language())
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', local.isoformat(timespec="seconds"), exact, _spoken(local)
    )


@lru_cache(maxsize=10_000)
def _exact(local: datetime, language: str | None) -> str:
    return in_full(local)


def _spoken(local: datetime) -> str:
    now = timezone.localtime()
    minutes = int((now - local).total_seconds() // 60)
    days = (now.date() - local.date()).days
    if minutes < 1:
        return _("just now") if minutes > -2 else format_date(local, "j N Y")
    if minutes < 60:
        return ngettext("%(count)d min ago", "%(count)d min ago", minutes) % {"count": minutes}
    if days == 0:
        return ngettext("%(count)d h ago", "%(count)d h ago", minutes // 60) % {"count": minutes // 60}
    if days == 1:
        return _("yesterday at %(time)s") % {"time": clock(local)}
    if days < 7:
        return _("%(day)s at %(time)s") % {"day": format_date(local, "l"), "time": clock(local)}
    return format_date(local, "j N" if local.year == now.year else "j N Y")


@register.filter
def spoken(day: date | None) -> SafeString:
    """The day as one says it, exact on hover: « 12 déc. »."""
    if day is None:
        return SafeString("")
    words = (day.isoformat(), format_date(day, "l j F Y"), spoken_day(day))
    return format_html('<time datetime="{}" title="{}">{}</time>', *words)


@register.filter
def clock(moment: datetime) -> str:
    """The hour as the language writes it: « 16 h 10 »."""
    return format_date(timezone.localtime(moment), _("g:i a"))


@register.filter
def in_full(moment: datetime) -> str:
    """The day and the hour, as one says until when: « 12 décembre 2026 à 16 h 10 »."""
    local = timezone.localtime(moment)
    return _("%(day)s at %(time)s") % {"day": format_date(local, "j F Y"), "time": clock(local)}


@register.filter
def rich(clean: str) -> SafeString:
    """Text that came through `core.richtext.sanitise`, shown as it is stored."""
    return richtext.as_html(clean)


@register.filter
def excerpt(clean: str, length: int = 240) -> str:
    """The first words of a rich text."""
    return richtext.excerpt(clean, length)


@register.filter
def tile_initials(name: str) -> str:
    """Two letters for a tile without a picture."""
    return text.initials(*str(name).split())


@register.simple_tag
def nonce() -> str:
    """A fresh nonce for a form that must not be taken twice."""
    return new_nonce()


@register.filter
def bounded(count: int) -> str:
    """A count as a pill shows it: « 99+ » from a hundred on, where nobody counts further."""
    return str(count) if count < 100 else "99+"
