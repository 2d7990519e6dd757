from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.enums import PlatformRole
from accounts.models import Unit, User
from communities.actions.companions import NOTE_MAX
from communities.board import AGES, NOBODY, STATES, Choice
from communities.enums import CommunityKind


def community_managers() -> QuerySet[User]:
    """Those who may accompany a community today."""
    managers = User.objects.current().filter(is_external=False).holding(PlatformRole.COMMUNITY_MANAGER)
    return managers.order_by("sort_key", "pk")


class BoardFilter(forms.Form):
    """What narrows the board. A value that means nothing narrows nothing."""

    state = forms.ChoiceField(choices=list(STATES.items()), required=False)
    age = forms.ChoiceField(choices=[(name, title) for name, (title, _days) in AGES.items()], required=False)
    unit = forms.ChoiceField(label=_("Unit"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=[("", _("Kind")), *CommunityKind.choices], required=False)
    companion = forms.ChoiceField(label=_("Accompanied by"), required=False)

    def __init__(self, *args: Any, units: QuerySet[Unit], managers: list[dict[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._paths = {unit.slug: unit.path for unit in units}
        self.fields["unit"].choices = [("", _("Direction")), *((unit.slug, unit.name) for unit in units)]  # type: ignore[attr-defined]
        names = [(row["handle"], f"{row['first_name']} {row['last_name']}") for row in managers]
        self.fields["companion"].choices = [("", _("Accompanied by")), (NOBODY, _("Nobody")), *names]  # type: ignore[attr-defined]

    @property
    def chosen_state(self) -> str:
        return str(self._valid("state"))

    @property
    def chosen_age(self) -> str:
        return str(self._valid("age"))

    def choice(self) -> Choice:
        """What the lists and counts are narrowed by."""
        path = self._paths.get(self._valid("unit"), "")
        return Choice(unit_path=path, kind=self._valid("kind"), companion=self._valid("companion"))

    def _valid(self, name: str) -> str:
        self.is_valid()
        return str(self.cleaned_data.get(name, ""))


class CompanionForm(forms.Form):
    """Who accompanies a community."""

    manager = forms.ModelChoiceField(
        label=_("Accompanied by"),
        queryset=User.objects.none(),
        to_field_name="handle",
        required=False,
        empty_label=_("Nobody"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["manager"].queryset = community_managers()  # type: ignore[attr-defined]


class NoteForm(forms.Form):
    """A note for the other community managers."""

    text = forms.CharField(
        label=_("A note for the others who accompany"),
        max_length=NOTE_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Community managers and administrators alone read it."),
    )
