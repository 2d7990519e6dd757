"""The persons that the sign-in page of the demonstration offers to come in as."""

from typing import Any

from django import template
from django.conf import settings
from django.template.context import RequestContext

from accounts.models import User
from rse.demo.people import DOORS, PASSWORD

register = template.Library()


@register.simple_tag(takes_context=True)
def demo_doors(context: RequestContext) -> list[dict[str, Any]]:
    """The persons of the sign-in page, read once a page; none outside demonstration mode."""
    if not settings.DEMO:
        return []
    # The page asks from several blocks.
    request = context["request"]
    doors: list[dict[str, Any]] | None = getattr(request, "demo_doors", None)
    if doors is None:
        people = User.objects.select_related("photo").in_bulk([door.email for door in DOORS], field_name="email")
        doors = request.demo_doors = [
            {
                "email": door.email,
                "password": PASSWORD,
                "person": people[door.email],
                "who": door.who,
                "what": door.what,
            }
            for door in DOORS
            if door.email in people
        ]
    return doors
