"""Who one may come in as at the door of the demonstration."""

from typing import Any

from django import template
from django.conf import settings

from accounts.models import User
from rse.demo.people import DOORS

register = template.Library()


@register.simple_tag
def demo_doors() -> list[dict[str, Any]]:
    """The persons of the sign-in page that are in the database, in its order; none outside demonstration mode."""
    if not settings.DEMO:
        return []
    people = User.objects.current().select_related("photo").in_bulk([door.email for door in DOORS], field_name="email")
    return [
        {"email": door.email, "who": door.who, "what": door.what, "person": people[door.email]}
        for door in DOORS
        if door.email in people
    ]
