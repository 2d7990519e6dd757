"""How templates draw what every page shares. What stands dozens of times in a page is a tag: an include costs ten."""

from functools import cache
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core import text
from core.addresses import address_of

register = template.Library()

# An object without a picture stands on one of these, always the same.
COLOURS = 8


@register.simple_tag
@cache
def icon(name: str, modifier: str = "") -> SafeString:
    """A line icon of `static/icons.svg`, silent for screen readers: the words beside it say what it means.

    Args:
        name: the id of a symbol in the sprite.
        modifier: `accent` or `good` for a colour of its own.
    """
    css = f"icon icon--{modifier}" if modifier else "icon"
    return format_html(
        '<svg class="{}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        css,
        static("icons.svg"),
        name,
    )


@register.simple_tag
def avatar(person: Any, size: str = "") -> SafeString:
    """A person's photo, or their initials. Decorative: the name always stands beside it.

    Args:
        person: a User; its photo is asked for by address and need not be loaded.
        size: `xs`, `sm`, `lg` or `xl`; 40 px without.
    """
    return _square("avatar", person.pk, size, person.photo_id, 96, person.initials)


@register.simple_tag
def tile(community: Any, size: str = "") -> SafeString:
    """A community's square: its cover, or two letters. Decorative: the name stands beside it.

    Args:
        community: a Community; its cover need not be loaded.
        size: `xs`, `sm` or `lg`; 40 px without.
    """
    letters = text.initials(*community.name.split())
    return _square("tile", community.pk, size, community.cover_id, 56, letters)


@register.simple_tag
def address(name: str, *args: int | str) -> str:
    """The address of a route, as `{% url %}` gives it, for ids and slugs: what a card writes many times."""
    return address_of(name, *args)


def _square(css: str, pk: int, size: str, image: int | None, pixels: int, letters: str) -> SafeString:
    inside: str = letters
    if image:
        source = address_of("core:image_show", image)
        picture = '<img src="{}" alt="" width="{}" height="{}" loading="lazy">'
        inside = format_html(picture, source, pixels, pixels)
    sized = f" {css}--{size}" if size else ""
    return format_html('<span class="{0}{1} {0}--{2}" aria-hidden="true">{3}</span>', css, sized, pk % COLOURS, inside)


@register.filter
def undo_address(tags: str | None) -> str:
    """The address that a message's tag `undo:<address>` names; only paths of this site are taken."""
    for tag in (tags or "").split():
        address = tag.removeprefix("undo:")
        if address != tag and address.startswith("/") and not address.startswith("//"):
            return address
    return ""


# In the order in which they must be looked for: most name others for old sites' sake.
_BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrom", "Chrome"), ("Safari", "Safari"))
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


@register.filter
def browser(user_agent: str) -> str:
    """A browser and its system as one names them: « Firefox, Windows »; a name that says nothing is shown as it is."""
    named = [next((name for mark, name in known if mark in user_agent), "") for known in (_BROWSERS, _SYSTEMS)]
    return ", ".join(filter(None, named)) or user_agent[:60]
