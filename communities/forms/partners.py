"""What one says of an external partner, and what one answers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms import DateField
from communities.actions.membership.standing import REASON_MAX
from communities.models import Membership


class PartnerForm(forms.Form):
    """Who should come, from where, why and until when."""

    email = forms.EmailField(
        label=_("E-mail address of the partner"),
        max_length=254,
        help_text=_("Without an account yet, the partner is invited to open one."),
    )
    name = forms.CharField(label=_("First and last name"), max_length=200)
    organisation = forms.CharField(label=_("Organisation"), max_length=200)
    reason = forms.CharField(
        label=_("Why do they come?"),
        max_length=REASON_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Read by the community manager who answers."),
    )
    last_day = DateField(label=_("Last day"), help_text=_("At its end the partner no longer reads anything here."))


class PartnerRefusalForm(forms.Form):
    """Why a partner is not approved."""

    reason = forms.CharField(
        label=_("Why (the animator will read it)"), max_length=REASON_MAX, widget=forms.Textarea(attrs={"rows": 3})
    )


def known_of(membership: Membership) -> dict[str, Any]:
    """What is known of a partner who takes part already, for asking that they stay longer."""
    person = membership.person
    return {"email": person.email, "name": person.full_name, "organisation": person.organisation}
