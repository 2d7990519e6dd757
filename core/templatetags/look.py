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
