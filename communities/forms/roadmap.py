"""What one says of a roadmap: its frame, each of its parts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.suggested import PersonField
from communities.enums import MilestoneState
from communities.models import CommunicationAction, Community, Membership, Milestone, Objective, Roadmap


def _day(label: Any, **more: Any) -> forms.DateField:
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(label=label, required=False, widget=widget, input_formats=["%Y-%m-%d", "%d/%m/%Y"], **more)


def _number(label: Any) -> forms.DecimalField:
    # A text field: « 1,5 » is how a number is written in French.
    attrs = {"inputmode": "decimal", "autocomplete": "off"}
    return forms.DecimalField(
        label=label,
        required=False,
        max_digits=12,
        decimal_places=2,
        localize=True,
        widget=forms.TextInput(attrs=attrs),
    )


class PartForm(forms.Form):
    """Base of the forms of a part; `version` is the roadmap's that the person saw, `nonce` that of an addition."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    nonce = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, community: Community, others: Iterable[Milestone] = (), **kwargs: Any) -> None:
        # Several may be open on one page.
        super().__init__(*args, **kwargs)
        self.community = community
        self.others = list(others)
        self.prepare()

    def prepare(self) -> None:
        """Limits what may be chosen to this community."""

    def values(self) -> dict[str, Any]:
        """What the actions take."""
        return {name: value for name, value in self.cleaned_data.items() if name not in {"version", "nonce"}}

    @staticmethod
    def initial_of(part: Any) -> dict[str, Any]:
        """What the form shows before anybody types."""
        raise NotImplementedError


class ObjectiveForm(PartForm):
    """What the community wants to reach."""

    title = forms.CharField(
        label=_("Objective"), max_length=200, help_text=_("What will be better, and for whom. One line.")
    )
    indicator = forms.CharField(
        label=_("Indicator"), required=False, max_length=200, help_text=_("What is counted, to know where you stand.")
    )
    start = _number(_("At the start"))
    target = _number(_("Target"))
    current = _number(_("Today"))
    unit = forms.CharField(label=_("Unit of measure"), required=False, max_length=40)

    @staticmethod
    def initial_of(part: Objective) -> dict[str, Any]:
        return {name: getattr(part, name) for name in ("title", "indicator", "start", "target", "current", "unit")}


class MilestoneForm(PartForm):
    """A step, who answers for it, what it waits for."""

    title = forms.CharField(label=_("Milestone"), max_length=200)
    due_on = _day(_("Due on"))
    state = forms.ChoiceField(label=_("Progress"), choices=MilestoneState.choices, initial=MilestoneState.PLANNED)
    owner = PersonField(
        label=_("In charge"), required=False, help_text=_("A member of the community: type a name, choose it.")
    )
    note = forms.CharField(label=_("Detail"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
    depends_on = forms.MultipleChoiceField(label=_("Comes after"), required=False, widget=forms.CheckboxSelectMultiple)

    def prepare(self) -> None:
        field = self.fields["owner"]
        assert isinstance(field, PersonField)  # noqa: S101
        members = Membership.objects.members().filter(community=self.community)
        field.people = User.objects.current().filter(pk__in=members.values("person"))
        if self.others:
            choices = [(str(other.uid), other.title) for other in self.others]
            self.fields["depends_on"].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields["depends_on"]

    def values(self) -> dict[str, Any]:
        values = super().values()
        values["state"] = MilestoneState(values["state"])
        values["depends_on"] = [UUID(uid) for uid in values.get("depends_on", [])]
        return values

    @staticmethod
    def initial_of(part: Milestone) -> dict[str, Any]:
        plain = {name: getattr(part, name) for name in ("title", "due_on", "state", "owner", "note")}
        return plain | {"depends_on": [str(before.uid) for before in part.depends_on.all()]}


class CommunicationForm(PartForm):
    """What the community tells, to whom, by which way."""

    title = forms.CharField(label=_("What is told"), max_length=200)
    due_on = _day(_("Planned on"))
    channel = forms.CharField(
        label=_("By which way"), required=False, max_length=100, help_text=_("Intranet, meeting, e-mail, poster…")
    )
    audience = forms.CharField(label=_("For whom"), required=False, max_length=100)

    @staticmethod
    def initial_of(part: CommunicationAction) -> dict[str, Any]:
        return {name: getattr(part, name) for name in ("title", "due_on", "channel", "audience")}


class FrameForm(PartForm):
    """How one works together, and when the roadmap is looked at again."""

    ways = forms.CharField(
        label=_("Ways of working"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Rhythm of meetings, who answers, where documents are kept. One line each."),
    )
    review_on = _day(_("Look at the roadmap again on"))

    @staticmethod
    def initial_of(part: Roadmap) -> dict[str, Any]:
        return {"ways": part.ways, "review_on": part.review_on}
