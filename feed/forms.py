from __future__ import annotations

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from communities.models import Community
from core import richtext
from core.once import new_nonce
from feed.enums import PostKind, ReactionKind, SubscriptionState


class TextArea(forms.Textarea):
    """A text that the page's editor takes over where a script is there; images go to where they are kept.

    Without a script one reads words, not tags: the script finds the text as it is stored beside them.
    """

    def __init__(self, rows: int, placeholder: Any = "") -> None:
        super().__init__({"rows": rows, "data-rse-editor": "", "placeholder": placeholder})

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        is_rich = bool(value) and richtext.is_marked_up(value)
        context = super().get_context(name, richtext.to_text(value) if is_rich else value, attrs)
        if is_rich:
            context["widget"]["attrs"]["data-rse-rich"] = value
        context["widget"]["attrs"]["data-rse-image-url"] = reverse("core:image_upload")
        return context


class BodyField(forms.CharField):
    """What a person writes, no longer than a text may be."""

    def __init__(self, *, rows: int = 6, placeholder: Any = "", **options: Any) -> None:
        super().__init__(widget=TextArea(rows, placeholder), max_length=richtext.LENGTH_MAX, strip=True, **options)


class TextEditForm(forms.Form):
    """Base: another text in place of the one that `initial` holds."""

    def clean_body(self) -> str:
        """What came back as it was shown without a script was not changed: it keeps its formatting and pictures."""
        body, old = self.cleaned_data["body"], str(self.initial.get("body", ""))
        is_same = body.replace("\r\n", "\n").strip() == richtext.to_text(old)
        return old if is_same else str(body)


class PostForm(forms.Form):
    """A new post. `kinds` are those that the person may publish there."""

    kind = forms.ChoiceField(label=_("Kind"), widget=forms.RadioSelect)
    title = forms.CharField(label=_("Title"), max_length=200, required=False)
    body = BodyField(label=_("Text"), required=False, placeholder=_("What do you want to say?"))
    nonce = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)

    def __init__(self, *args: Any, kinds: list[PostKind], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            (kind.value, kind.label) for kind in kinds
        ]
        self.initial.setdefault("nonce", new_nonce())

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        kind, title, body = data.get("kind"), data.get("title", "").strip(), data.get("body", "")
        if kind and kind != PostKind.MESSAGE and not title and "title" not in self.errors:
            self.add_error("title", _("Give it a title: it is what your colleagues will read first."))
        needs_body = kind and kind != PostKind.QUESTION
        if needs_body and "body" not in self.errors and richtext.is_blank(body):
            self.add_error("body", _("Write something before you publish."))
        return data


class PublishForm(PostForm):
    """A new post from anywhere: one chooses where."""

    community = forms.ModelChoiceField(Community.objects.none(), label=_("Community"), empty_label=_("Choose…"))
    field_order = ("community", "kind", "title", "body", "nonce")

    def __init__(self, *args: Any, communities: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["community"].queryset = communities  # type: ignore[attr-defined]


class PostEditForm(TextEditForm):
    """Another text for a post; `version` is the one that was opened."""

    title = forms.CharField(label=_("Title"), max_length=200, required=False)
    body = BodyField(label=_("Text"), required=False, rows=10)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class CommentForm(forms.Form):
    """An answer, under a target or under a comment; opened in place it takes the focus."""

    body = BodyField(label=_("Your answer"), rows=2, placeholder=_("Answer…"))
    nonce = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)

    def __init__(self, *args: Any, takes_focus: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial.setdefault("nonce", new_nonce())
        if takes_focus:
            self.fields["body"].widget.attrs["data-rse-focus"] = ""

    def clean_body(self) -> str:
        body: str = self.cleaned_data["body"]
        if richtext.is_blank(body):
            raise forms.ValidationError(_("Write something before you publish."))
        return body


class CommentEditForm(TextEditForm):
    """Another text for a comment; `version` is the one that was opened."""

    body = BodyField(label=_("Your answer"), rows=6)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class ReactionForm(forms.Form):
    """One reaction, or none."""

    kind = forms.ChoiceField(choices=[("", ""), *ReactionKind.choices], required=False)


class SubscriptionForm(forms.Form):
    """Following, muted, or neither."""

    state = forms.ChoiceField(choices=[("", ""), *SubscriptionState.choices], required=False)


class VersionForm(forms.Form):
    """One version of a text, and the version that was on screen."""

    number = forms.IntegerField(min_value=1)
    version = forms.IntegerField(min_value=1)
