"""The word of the animators, and the answer of the sponsor."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from communities.enums import ReportAnswer
from communities.models.sponsor_report import WORD_MAX


class ReportForm(forms.Form):
    """What the animators add to the figures, bound to the version that they saw."""

    word = forms.CharField(
        label=_("Your word"),
        help_text=_("What moved, what blocks, what you ask of your sponsor. Figures do not say it."),
        max_length=WORD_MAX,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class AnswerForm(forms.Form):
    """What the sponsor decides, in one click and a few words."""

    answer = forms.ChoiceField(
        label=_("What do you decide?"),
        choices=[
            (ReportAnswer.CONTINUE, _("Continue: it goes where it should.")),
            (ReportAnswer.CORRECT, _("Correct: something has to change; say what.")),
            (ReportAnswer.CLOSE, _("Close: it has had its time; say why. Nothing closes by itself.")),
        ],
        widget=forms.RadioSelect,
    )
    word = forms.CharField(
        label=_("A word to the animators"),
        max_length=WORD_MAX,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean_answer(self) -> ReportAnswer:
        """The answer itself, in place of its name."""
        return ReportAnswer(self.cleaned_data["answer"])
