"""What one says when asking, inviting, refusing, removing."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.suggested import PersonField
from communities.actions.membership.standing import REASON_MAX
from communities.enums import Role


class RequestForm(forms.Form):
    """A word to the animators."""

    motivation = forms.CharField(
        label=_("A word to the animators"),
        required=False,
        max_length=REASON_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What you do, what you look for here. They alone read it."),
    )


class ReasonForm(forms.Form):
    """Why somebody is refused, removed or banned, where there is something to say."""

    reason = forms.CharField(max_length=REASON_MAX, required=False)


class RoleForm(forms.Form):
    """The role that a member is given."""

    role = forms.ChoiceField(choices=Role.choices)


class InviteForm(forms.Form):
    """Whom to invite, and as what."""

    person = PersonField(
        label=_("Person to invite"),
        help_text=_("A colleague: a name or an e-mail address. Partners are asked for on their own page."),
    )
    role = forms.ChoiceField(label=_("As"), choices=Role.choices, initial=Role.MEMBER)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["person"]
        assert isinstance(field, PersonField)  # noqa: S101
        field.people = User.objects.visible_to(user).current()

    def clean_role(self) -> Role:
        """The role itself, in place of its name."""
        return Role(self.cleaned_data["role"])


class WhoForm(forms.Form):
    """About whom one asks what they may do here."""

    person = PersonField(label=_("Person"), help_text=_("A name, or an e-mail address."))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["person"]
        assert isinstance(field, PersonField)  # noqa: S101
        field.people = User.objects.visible_to(user).select_related("unit", "photo")


class MemberFilterForm(forms.Form):
    """What narrows the list of members; a value that means nothing narrows nothing."""

    q = forms.CharField(required=False, max_length=100)
    role = forms.ChoiceField(
        required=False,
        choices=[("", _("All roles")), *Role.choices, ("external", _("External partners")), ("new", _("Newcomers"))],
    )
