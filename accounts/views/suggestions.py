"""What fields suggest while one types: people that one may see, units of the administration."""

from django.http import HttpResponse
from django.shortcuts import render

from accounts.models import User
from accounts.requests import SignedInRequest
from accounts.suggested import SUGGESTED, as_suggestion, people_named, unit_as_suggestion, units_named

LENGTH_MIN = 2


def person_suggestions(request: SignedInRequest) -> HttpResponse:
    """People by name; the same silence for hidden and absent."""
    text = _typed(request)
    people = people_named(User.objects.visible_to(request.user).current(), text)
    found = people.select_related("unit").order_by("sort_key", "pk")[:SUGGESTED] if text else []
    options = [(as_suggestion(person), _facts(person)) for person in found]
    return render(request, "accounts/_suggestions.html", {"options": options})


def unit_suggestions(request: SignedInRequest) -> HttpResponse:
    """Units by name or code, for agents."""
    text = _typed(request) if request.user.is_agent else ""
    options = [(unit_as_suggestion(unit), unit.get_kind_display()) for unit in units_named(text)] if text else []
    return render(request, "accounts/_suggestions.html", {"options": options})


def _typed(request: SignedInRequest) -> str:
    # The field sends itself under its own name, whatever the form calls it.
    text = str(next(iter(request.GET.values()), ""))[:100]
    return text if len(text.strip()) >= LENGTH_MIN else ""


def _facts(person: User) -> str:
    return ", ".join(part for part in (person.function, person.organisation or str(person.unit or "")) if part)
