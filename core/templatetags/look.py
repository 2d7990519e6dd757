"""How templates draw what every page shares."""

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
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


@register.filter
def undo_address(tags: str | None) -> str:
    """The address that a message's tag `undo:<address>` names; only paths of this site are taken."""
    for tag in (tags or "").split():
        address = tag.removeprefix("undo:")
        if address != tag and address.startswith("/") and not address.startswith("//"):
            return address
    return ""
