"""The charter as its animators write it: a rule a line."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from communities.models.charter import PREAMBLE_MAX, RULE_MAX, RULES_MAX


class CharterForm(forms.Form):
    """A preamble and one rule a line; `number` is the version that was opened."""

    preamble = forms.CharField(
        label=_("Preamble"),
        required=False,
        max_length=PREAMBLE_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Why the community has a charter, in two sentences."),
    )
    rules = forms.CharField(
        label=_("Rules, one a line"),
        max_length=(RULE_MAX + 2) * RULES_MAX,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("Short sentences. They are numbered, and moderators cite them when they decide."),
    )
    number = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def clean_rules(self) -> list[str]:
        """The rules, blank lines left out."""
        return [line.strip() for line in self.cleaned_data["rules"].splitlines() if line.strip()]

    @staticmethod
    def initial_of(charter: Any) -> dict[str, Any]:
        """What the form shows of a charter."""
        return {"preamble": charter.preamble, "rules": "\n".join(charter.rules), "number": charter.number}
