"""Fields in which one types a name and picks from what is suggested; they work without a script too."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, User
from core.text import fold, without_particles

SUGGESTED = 8
# Between a name and what tells it from the same name: « Lucie Dumas · lucie-dumas ».
MARK = " · "


def people_named(people: QuerySet[User], text: str) -> QuerySet[User]:
    """Those whose name, function or address holds every word."""
    words = without_particles(text).split()
    if not words:
        return people.none()
    for word in words:
        people = people.filter(search_key__contains=word)
    return people


def units_named(text: str) -> list[Unit]:
    """Units whose name holds every word, or whose code begins so; as many as one reads at once."""
    named = Q()
    for word in fold(text).split():
        named &= Q(slug__contains=word)
    return list(Unit.objects.filter(named | Q(code__istartswith=text.strip())).order_by("path")[:SUGGESTED])


class SuggestedField(forms.CharField):
    """A text field with suggestions from `address`; `clean` gives the object."""

    address: Any

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=300, **kwargs)

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> forms.BoundField:
        """Ties the field to the list of suggestions that stands beside it."""
        bound = super().get_bound_field(form, field_name)
        self.widget.attrs |= {
            "list": f"{bound.auto_id}_suggestions",
            "hx-get": str(self.address),
            "hx-trigger": "input changed delay:250ms",
            "hx-target": f"#{bound.auto_id}_suggestions",
            "hx-swap": "innerHTML",
            "hx-sync": "this:replace",
            "autocomplete": "off",
        }
        return bound

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        return self.find(text) if text else None

    def find(self, text: str) -> Any:
        """The object that was meant; raises ValidationError with words that are the same for hidden and absent."""
        raise NotImplementedError


class PersonField(SuggestedField):
    """A person, among those whom the form's user may see."""

    address = reverse_lazy("accounts:person_suggestions")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.people: QuerySet[User] = User.objects.none()

    def prepare_value(self, value: Any) -> Any:
        return as_suggestion(value) if isinstance(value, User) else value

    def find(self, text: str) -> User:
        handle = text.rpartition(MARK)[2].strip()
        exact = self.people.filter(Q(handle=handle.lower()) | Q(email=text.strip().lower())).first()
        if exact:
            return exact
        found = list(people_named(self.people, text)[:2])
        if len(found) == 1:
            return found[0]
        if found:
            raise ValidationError(
                _("Several people answer to this. Choose one from the list or give an e-mail address.")
            )
        raise ValidationError(_("Nobody answers to this. Give a name or an e-mail address."))


class UnitField(SuggestedField):
    """A unit of the administration."""

    address = reverse_lazy("accounts:unit_suggestions")

    def prepare_value(self, value: Any) -> Any:
        return unit_as_suggestion(value) if isinstance(value, Unit) else value

    def find(self, text: str) -> Unit:
        code = text.rpartition(MARK)[2].strip()
        exact: Unit | None = Unit.objects.filter(code=code).first()
        if exact:
            return exact
        found = units_named(text)
        if len(found) == 1:
            return found[0]
        if found:
            raise ValidationError(_("Several units answer to this. Choose one from the list or give its code."))
        raise ValidationError(_("No unit answers to this. Give a name or a code."))


def as_suggestion(person: User) -> str:
    """What the field holds once a person is picked."""
    return f"{person.full_name}{MARK}{person.handle}"


def unit_as_suggestion(unit: Unit) -> str:
    """What the field holds once a unit is picked."""
    return f"{unit.name}{MARK}{unit.code}"
