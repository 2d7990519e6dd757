"""What one says of a community that one proposes: in five steps, or on one page when it came back with remarks."""

from __future__ import annotations

import copy
from datetime import date
from typing import Any, Final

from django import forms
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.enums import PlatformRole
from accounts.models import User
from accounts.suggested import PersonField, UnitField, as_suggestion, unit_as_suggestion
from communities.enums import CommunityKind, Joining, Visibility
from communities.forms.communities import MEMBERS, OPEN, WAYS, CommunityForm
from communities.models import Proposal
from communities.near import Near, near_communities
from communities.roadmap_content import clean_content
from core.errors import BusinessRuleError

OPEN_ACCESS: Final = (Visibility.LISTED, Joining.OPEN)
UNITS: Final = 3
OBJECTIVES: Final = 3
MILESTONES: Final = 4


def _same(name: str, **changes: Any) -> Any:
    """The field of a community's own form, changed where a proposal asks otherwise."""
    field = copy.deepcopy(CommunityForm.base_fields[name])
    for attribute, value in changes.items():
        setattr(field, attribute, value)
    return field


def _day(**kwargs: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(required=False, widget=widget, **kwargs)


class SponsorField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Those who may validate a community, the person apart."""

    def label_from_instance(self, obj: Any) -> str:
        return ", ".join(part for part in (obj.full_name, obj.function, str(obj.unit or "")) if part)


class StepForm(forms.Form):
    """One step. `user` proposes; `kind` is what an earlier step says, where this one does not ask for it."""

    def __init__(self, *args: Any, user: User, kind: str = "", tags: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.kind_said, self.tags = user, kind, tags

    def values(self) -> dict[str, Any]:
        """What the action takes of this step."""
        return {}


class EssentialsForm(StepForm):
    """Name, purpose, kind; and how it differs, once near communities are known."""

    name = _same("name")
    purpose = _same("purpose")
    kind = _same("kind", label=_("Kind"))
    difference = forms.CharField(
        label=_("How does it differ from the near communities?"),
        help_text=_("The sponsor and the community manager read this answer."),
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 2, "placeholder": " "}),
    )
    near: tuple[Near, ...] = ()

    def clean(self) -> dict[str, Any]:
        """Asks for the difference where there is something to differ from."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("name") and cleaned.get("purpose"):
            tags = cleaned["tags"] if "tags" in cleaned else [word.strip() for word in self.tags.split(",")]
            words = {"name": cleaned["name"], "purpose": cleaned["purpose"], "tags": tags}
            self.near = tuple(near_communities(viewer=self.user, **words))
        if self.near and not cleaned.get("difference"):
            self.add_error("difference", _("Near communities exist: join one of them, or say how this one differs."))
        return cleaned

    def values(self) -> dict[str, Any]:
        names = ("name", "purpose", "kind", "difference")
        return super().values() | {name: self.cleaned_data[name] for name in names}


class AudienceForm(StepForm):
    """Who it is meant for, how one comes in, until when."""

    access = _same("access")
    way = _same("way")
    ends_on = _day(label=_("End of the project"), help_text=_("A project has an end; it may be moved later."))
    unit = _same("unit")
    tags = _same("tags")
    description = _same("description")

    def clean(self) -> dict[str, Any]:
        """A project says when it ends."""
        cleaned = super().clean() or self.cleaned_data
        ends_on = cleaned.get("ends_on")
        if (cleaned.get("kind") or self.kind_said) == CommunityKind.PROJECT and "ends_on" not in self.errors:
            if ends_on is None:
                self.add_error("ends_on", _("A project has an end: say when."))
            elif ends_on <= timezone.localdate():
                self.add_error("ends_on", _("Give a last day that is still to come."))
        return cleaned

    def clean_tags(self) -> list[str]:
        return CommunityForm.clean_tags(self)  # type: ignore[arg-type]

    def values(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        is_open = cleaned["access"] == OPEN
        visibility, joining = OPEN_ACCESS if is_open else WAYS[cleaned["way"] or "request"]
        units = [cleaned[f"meant_for_{number}"] for number in range(1, UNITS + 1)]
        plain = {name: cleaned[name] for name in ("ends_on", "unit", "tags", "description")}
        meant_for = list({unit.pk: unit for unit in units if unit}.values())
        return super().values() | plain | {"visibility": visibility, "joining": joining, "meant_for": meant_for}


class TeamForm(StepForm):
    """Who leads it: two before it opens, one at least from the beginning."""

    animator = PersonField(
        label=_("First animator"), help_text=_("An agent: type a name, choose from the list; or an e-mail address.")
    )
    other_animator = PersonField(
        label=_("Second animator"),
        required=False,
        help_text=_("Two are needed before it opens: they take over from each other."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.visible_to(self.user).current().filter(is_external=False)
        for name in ("animator", "other_animator"):
            self.fields[name].people = people  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        named = (self.cleaned_data["animator"], self.cleaned_data["other_animator"])
        return super().values() | {"animators": list({person.pk: person for person in named if person}.values())}


class FirstRoadmapForm(StepForm):
    """What it sets out to do: an objective, dated milestones, how it works."""

    def clean(self) -> dict[str, Any]:
        """A milestone has its day, and a day its milestone."""
        cleaned = super().clean() or self.cleaned_data
        for number in range(1, MILESTONES + 1):
            title, day = cleaned.get(f"milestone_{number}_title"), cleaned.get(f"milestone_{number}_due_on")
            if title and day is None and f"milestone_{number}_due_on" not in self.errors:
                self.add_error(f"milestone_{number}_due_on", _("Say until when."))
            if day and not title:
                self.add_error(f"milestone_{number}_title", _("Say what will be done by then."))
        if not self.errors:
            try:
                self.content = clean_content(self._content())
            except BusinessRuleError as error:
                self.add_error(None, str(error))
        return cleaned

    def objectives(self) -> list[dict[str, Any]]:
        """The fields of each objective, for the page."""
        return [self._row("objective", number, OBJECTIVE_PARTS) for number in range(1, OBJECTIVES + 1)]

    def milestones(self) -> list[dict[str, Any]]:
        """The fields of each milestone, for the page."""
        return [self._row("milestone", number, MILESTONE_PARTS) for number in range(1, MILESTONES + 1)]

    def _row(self, name: str, number: int, parts: tuple[str, ...]) -> dict[str, Any]:
        fields = {part: self[f"{name}_{number}_{part}"] for part in parts}
        return fields | {"number": number, "is_used": any(field.value() or field.errors for field in fields.values())}

    def _content(self) -> dict[str, Any]:
        cleaned = self.cleaned_data

        def parts(name: str, count: int, keys: tuple[str, ...]) -> list[dict[str, Any]]:
            rows = [{key: cleaned.get(f"{name}_{number}_{key}") for key in keys} for number in range(1, count + 1)]
            return [row for row in rows if row["title"]]

        return {
            "ways": cleaned.get("ways", ""),
            "objectives": parts("objective", OBJECTIVES, OBJECTIVE_PARTS),
            "milestones": parts("milestone", MILESTONES, MILESTONE_PARTS),
        }

    def values(self) -> dict[str, Any]:
        return super().values() | {"roadmap": self.content}


OBJECTIVE_PARTS: Final = ("title", "indicator", "start", "target", "unit")
MILESTONE_PARTS: Final = ("title", "due_on")


def _number(**kwargs: Any) -> forms.DecimalField:
    widget = forms.TextInput(attrs={"inputmode": "decimal"})
    return forms.DecimalField(localize=True, max_digits=12, decimal_places=2, widget=widget, **kwargs)


def _roadmap_fields() -> dict[str, forms.Field]:
    fields: dict[str, forms.Field] = {}
    for number in range(1, OBJECTIVES + 1):
        about = {
            "title": forms.CharField(label=_("Objective"), max_length=200),
            "indicator": forms.CharField(label=_("What shows it"), max_length=200),
            "start": _number(label=_("Today")),
            "target": _number(label=_("Aimed at")),
            "unit": forms.CharField(label=_("In"), max_length=40),
        }
        for part, field in about.items():
            # The sponsor validates an objective and a dated milestone, at least.
            field.required = part == "title" and number == 1
            field.label = format_lazy("{} {}", field.label, number) if part == "title" else field.label
            fields[f"objective_{number}_{part}"] = field
    for number in range(1, MILESTONES + 1):
        label = format_lazy("{} {}", _("Milestone"), number)
        fields[f"milestone_{number}_title"] = forms.CharField(label=label, max_length=200, required=number == 1)
        fields[f"milestone_{number}_due_on"] = _day(label=_("Until"))
        fields[f"milestone_{number}_due_on"].required = number == 1
    fields["ways"] = forms.CharField(
        label=_("How it works"),
        help_text=_("Meetings, rhythm, who does what: a few lines."),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    return fields


def _unit_fields() -> dict[str, forms.Field]:
    return {
        f"meant_for_{number}": UnitField(
            label=_("For which direction or service?") if number == 1 else _("And for this one?"),
            required=False,
            help_text=_("Its agents are told when the community opens. Leave empty for the whole administration.")
            if number == 1
            else "",
        )
        for number in range(1, UNITS + 1)
    }


# Fields that come in numbers are written by loops; the metaclass of Django only collects those written one by one.
FirstRoadmapForm.base_fields |= _roadmap_fields()
AudienceForm.base_fields |= _unit_fields()


class SendingForm(StepForm):
    """The sponsor, and a word to the community manager."""

    sponsor = SponsorField(
        label=_("Sponsor"),
        queryset=User.objects.none(),
        empty_label=_("Choose a sponsor"),
        help_text=_("A senior manager, who validates the community and is told each quarter how it goes."),
    )
    word = forms.CharField(
        label=_("A word to the community manager"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sponsors = User.objects.current().holding(PlatformRole.SPONSOR).filter(is_external=False)
        field = self.fields["sponsor"]
        field.queryset = sponsors.exclude(pk=self.user.pk).select_related("unit")  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        return super().values() | {name: self.cleaned_data[name] for name in ("sponsor", "word")}


class ProposalForm(EssentialsForm, AudienceForm, TeamForm, FirstRoadmapForm, SendingForm):
    """All of a proposal on one page, bound to the version that the person saw."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["word"].label = _("What you changed, in a few words")


def typed_of(proposal: Proposal) -> dict[str, str]:
    """A proposal as its fields would hold it: what a page shows first, and what a draft of another try begins with."""
    is_open = (proposal.visibility, proposal.joining) == OPEN_ACCESS
    ways = [name for name, way in WAYS.items() if way == (proposal.visibility, proposal.joining)]
    typed = {
        "name": proposal.name,
        "purpose": proposal.purpose,
        "kind": str(proposal.kind),
        "difference": proposal.difference,
        "access": OPEN if is_open else MEMBERS,
        "way": ways[0] if ways else "request",
        "ends_on": _written(proposal.ends_on),
        "unit": unit_as_suggestion(proposal.unit) if proposal.unit else "",
        "tags": ", ".join(proposal.tags),
        "description": proposal.description,
        "sponsor": str(proposal.sponsor_id or ""),
    }
    for number, unit in enumerate(proposal.meant_for.all()[:UNITS], start=1):
        typed[f"meant_for_{number}"] = unit_as_suggestion(unit)
    for name, person in zip(("animator", "other_animator"), proposal.animators.all()[:2], strict=False):
        typed[name] = as_suggestion(person)
    return typed | typed_roadmap(proposal.roadmap)


def typed_roadmap(content: dict[str, Any]) -> dict[str, str]:
    """A roadmap's content as the fields of its step hold it."""
    typed = {"ways": content.get("ways") or ""}
    numbered = (
        ("objective", "objectives", OBJECTIVES, OBJECTIVE_PARTS),
        ("milestone", "milestones", MILESTONES, MILESTONE_PARTS),
    )
    for name, key, count, parts in numbered:
        for number, row in enumerate((content.get(key) or [])[:count], start=1):
            typed |= {f"{name}_{number}_{part}": str(row.get(part) or "") for part in parts}
    return typed


def _written(day: date | None) -> str:
    return day.isoformat() if day else ""
