"""Who one may come in as at the door of the demonstration."""

from typing import Any

from django import template

register = template.Library()


@register.simple_tag
def demo_doors() -> list[dict[str, Any]]:
    """The persons of the sign-in page; none outside demonstration mode."""
    return []
