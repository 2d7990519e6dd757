"""What one says of a community when creating it and in its settings."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.enums import PlatformRole
from accounts.models import User
from accounts.suggested import PersonField, UnitField
from communities.enums import CommunityKind, Grant, Joining, Visibility
from communities.models import Community
from core import richtext

TAGS_MAX = 8
OPEN, MEMBERS = "open", "members"
# The detail behind « reserved to its members ».
WAYS: dict[str, tuple[Visibility, Joining]] = {
    "request": (Visibility.LISTED, Joining.REQUEST),
    "invitation": (Visibility.LISTED, Joining.INVITATION),
    "confidential": (Visibility.CONFIDENTIAL, Joining.INVITATION),
}


def _field_of(name: str) -> Any:
    return Community._meta.get_field(name)


class CommunityForm(forms.Form):
    """Name, purpose, access and what surrounds them. Access has two plain choices, and its detail behind them."""

    name = forms.CharField(
        label=_("Name of the community"),
        help_text=_("Short and clear: what a colleague would look for."),
        max_length=100,
    )
    purpose = forms.CharField(
        label=_("What is it for?"),
        help_text=_("One or two sentences, from the point of view of those who will come."),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=CommunityKind.choices, widget=forms.RadioSelect)
    ends_on = forms.DateField(
        label=_("End of the project"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Asked of projects: on that day its animators say whether it goes on."),
    )
    access = forms.ChoiceField(
        label=_("Who is it for?"),
        choices=[
            (OPEN, _("Open to all agents: everyone reads it and joins in one click.")),
            (MEMBERS, _("For its members: they alone read it.")),
        ],
        widget=forms.RadioSelect,
        initial=OPEN,
    )
    way = forms.ChoiceField(
        label=_("When it is for its members, how does one come in?"),
        choices=[
            ("request", _("On request: agents find it and ask to join; animators accept or refuse.")),
            ("invitation", _("By invitation: agents find it, animators invite.")),
            ("confidential", _("Confidential: by invitation, and its members alone know that it exists.")),
        ],
        widget=forms.RadioSelect,
        initial="request",
        required=False,
    )
    unit = UnitField(
        label=_("Owning unit"), required=False, help_text=_("The direction or service that carries the community.")
    )
    tags = forms.CharField(
        label=_("Subjects"),
        required=False,
        max_length=300,
        help_text=_("Some words, separated by commas: they help to find the community."),
    )
    description = forms.CharField(
        label=_("Presentation"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6, "data-rse-editor": ""}),
        max_length=richtext.LENGTH_MAX,
    )

    def clean_tags(self) -> list[str]:
        """At most `TAGS_MAX` subjects, each once."""
        words = [" ".join(word.split())[:60] for word in self.cleaned_data["tags"].split(",")]
        tags = list(dict.fromkeys(word for word in words if word))
        if len(tags) > TAGS_MAX:
            raise forms.ValidationError(_("%(count)d subjects at most."), params={"count": TAGS_MAX})
        return tags

    def clean(self) -> dict[str, Any]:
        """A project says when it ends; the others may."""
        data = super().clean() or {}
        if data.get("kind") == CommunityKind.PROJECT and not data.get("ends_on") and "ends_on" not in self.errors:
            self.add_error("ends_on", _("A project has an end: give the day on which it is planned, even roughly."))
        return data

    def values(self) -> dict[str, Any]:
        """What the actions take; the two fields of access become visibility and way of joining."""
        values = dict(self.cleaned_data)
        values["visibility"], values["joining"] = access_of(values)
        del values["access"], values["way"]
        return values


def access_of(values: dict[str, Any]) -> tuple[Visibility, Joining]:
    """The visibility and the way of joining behind the two fields of access."""
    if values.get("access") == OPEN:
        return Visibility.LISTED, Joining.OPEN
    return WAYS[values.get("way") or "request"]


class CommunityCreateForm(CommunityForm):
    """A new community, with who leads it first."""

    animator = PersonField(
        label=_("First animator"), help_text=_("An agent: type a name, choose from the list; or an e-mail address.")
    )
    other_animator = PersonField(
        label=_("Second animator"), required=False, help_text=_("Two animators take over from each other.")
    )
    field_order = (
        "name", "purpose", "kind", "ends_on", "access", "way", "animator", "other_animator", "unit", "tags",
        "description",
    )  # fmt: skip

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.visible_to(user).current().filter(is_external=False)
        for name in ("animator", "other_animator"):
            field = self.fields[name]
            assert isinstance(field, PersonField)  # noqa: S101
            field.people = people

    def values(self) -> dict[str, Any]:
        values = super().values()
        values["animators"] = [p for p in (values.pop("animator"), values.pop("other_animator")) if p]
        return values


class CommunitySettingsForm(CommunityForm):
    """The settings of a community, bound to the version that the person saw."""

    welcome = forms.CharField(
        label=_("Welcome message"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Shown to those who have just joined."),
    )
    allows_partners = forms.BooleanField(
        label=_("Open to external partners"),
        required=False,
        help_text=_("Its animators may ask that a partner be invited, for a time; a community manager approves."),
    )
    is_pilot = forms.BooleanField(
        label=_("Pilot community"), required=False, help_text=_("It tries out new features before the others.")
    )
    version = forms.IntegerField(widget=forms.HiddenInput)
    field_order = (
        "name", "purpose", "kind", "ends_on", "access", "way", "unit", "tags", "description", "welcome",
        "allows_partners", "is_pilot", "version",
    )  # fmt: skip

    def __init__(self, *args: Any, community: Community, can_steer: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not can_steer:
            del self.fields["is_pilot"]
        self.initial = {**initial_of(community), **self.initial}


def initial_of(community: Community) -> dict[str, Any]:
    """What the settings show before anybody types."""
    is_open = community.joining == Joining.OPEN
    found = [name for name, way in WAYS.items() if way == (community.visibility, community.joining)]
    plain = (
        "name", "purpose", "kind", "ends_on", "unit", "description", "welcome", "allows_partners", "is_pilot",
        "version",
    )  # fmt: skip
    return {name: getattr(community, name) for name in plain} | {
        "access": OPEN if is_open else MEMBERS,
        "way": found[0] if found else "request",
        "tags": ", ".join(tag.name for tag in community.tags.all()),
    }


class CoverForm(forms.Form):
    """A picture for the community; the action judges what is in the file."""

    cover = forms.FileField(label=_("Picture"))


class GrantForm(forms.Form):
    """What the agents of some units, or of a role, may do here without being members."""

    grant_unit = UnitField(label=_("Unit"), required=False, help_text=_("Its agents and those of all units below it."))
    grant_unit_2 = UnitField(label=_("Another unit"), required=False)
    grant_unit_3 = UnitField(label=_("A third unit"), required=False)
    role = forms.ChoiceField(
        label=_("Or the holders of a role"), required=False, choices=[("", _("No role")), *PlatformRole.choices]
    )
    permission = forms.ChoiceField(label=_("Allowed to"), choices=Grant.choices)

    def clean(self) -> dict[str, Any]:
        """`units` and `role`: to whom; one of them at least."""
        data = super().clean() or {}
        names = ("grant_unit", "grant_unit_2", "grant_unit_3")
        data["units"] = list({unit.pk: unit for name in names if (unit := data.get(name))}.values())
        data["role"] = PlatformRole(data["role"]) if data.get("role") else None
        if not data["units"] and not data["role"] and not self.errors:
            self.add_error("grant_unit", _("Choose a unit or a role."))
        if "permission" in data:
            data["permission"] = Grant(data["permission"])
        return data
