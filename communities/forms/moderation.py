"""What one says when reporting, deciding, contesting."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from communities.enums import Outcome, ReportReason
from communities.models import Charter
from communities.models.moderation import WORD_MAX

HINTS = {
    ReportReason.UNWANTED: _("out of place here, advertising, repeated"),
    ReportReason.FALSE: _("it is not true, and may mislead colleagues"),
    ReportReason.ABUSIVE: _("it hurts or threatens somebody, or makes private things known"),
}
DAYS = (1, 3, 7, 14, 30, 90)


class Word(forms.CharField):
    """A few words in a box."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=WORD_MAX, widget=forms.Textarea(attrs={"rows": 3}), **options)


class ReportForm(forms.Form):
    """Why a text should not be there."""

    reason = forms.ChoiceField(label=_("What is wrong with it?"), widget=forms.RadioSelect)
    word = Word(label=_("A word to the moderators"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["reason"]
        field.choices = [(reason.value, format_lazy("{} – {}", reason.label, HINTS[reason])) for reason in ReportReason]

    def clean_reason(self) -> ReportReason:
        """The reason itself, in place of its name."""
        return ReportReason(self.cleaned_data["reason"])


class DecisionForm(forms.Form):
    """What becomes of a reported text and of its author."""

    # What a sanction needs is not asked of who leaves the text: the browser must not hold them back.
    use_required_attribute = False

    outcome = forms.ChoiceField(label=_("Your decision"), widget=forms.RadioSelect)
    rule = forms.TypedChoiceField(
        label=_("Rule of the charter"),
        help_text=_("The author reads which rule the text breaks."),
        error_messages={"required": _("Choose the rule of the charter that the text breaks.")},
        coerce=int,
        empty_value=None,
    )
    hides = forms.BooleanField(label=_("Hide the text as well"), required=False, initial=True)
    days = forms.TypedChoiceField(
        label=_("Length of the suspension"),
        choices=[(days, ngettext_lazy("%(count)d day", "%(count)d days", "count") % {"count": days}) for days in DAYS],
        coerce=int,
        empty_value=None,
        initial=7,
    )
    word = Word(
        label=_("A word to the author"),
        help_text=_("What you say is read by the author. Whoever reported it is never named."),
        error_messages={"required": _("Explain the decision in a word: the author will read it.")},
    )

    def __init__(self, *args: Any, charter: Charter, is_plain_member: bool, is_hidden: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        kept = (Outcome.DISMISS, Outcome.HIDE, Outcome.WARN)
        outcomes: Any = self.fields["outcome"]
        shown = kept + ((Outcome.SUSPEND, Outcome.REMOVE) if is_plain_member else ())
        words = {Outcome.DISMISS: _("Show the text again")} if is_hidden else {}
        outcomes.choices = [(outcome.value, words.get(outcome, outcome.label)) for outcome in shown]
        chosen = self.data.get("outcome") if self.is_bound else None
        for name in ("rule", "word"):
            self.fields[name].required = chosen != Outcome.DISMISS
        self.fields["days"].required = chosen in (None, Outcome.SUSPEND)
        rule: Any = self.fields["rule"]
        rule.choices = [("", _("Choose…")), *((number, charter.rule(number)) for number, _rule in charter.numbered)]

    def clean_outcome(self) -> Outcome:
        """The outcome itself, in place of its name."""
        return Outcome(self.cleaned_data["outcome"])


class ContestForm(forms.Form):
    """Why a decision should be looked at again."""

    word = Word(label=_("Why should it be looked at again?"))


class AnswerForm(forms.Form):
    """Whether a contested decision holds."""

    verdict = forms.ChoiceField(
        label=_("Your answer"),
        choices=[
            ("uphold", _("The decision holds")),
            ("overturn", _("Overturn it: the text is there again, the sanction is lifted")),
        ],
        widget=forms.RadioSelect,
    )
    word = Word(label=_("A word to the author and to the moderators"))


class RestoreForm(forms.Form):
    """Why a decision is taken back, where there is something to say."""

    word = Word(label=_("A word to the author"), required=False)
