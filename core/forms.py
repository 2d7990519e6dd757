from django import forms


class DraftForm(forms.Form):
    """What a page saves while one types: where, and the fields as JSON."""

    place = forms.RegexField(r"^[a-z0-9:_-]+$", max_length=120)
    address = forms.RegexField(r"^/[^/\\]", max_length=300)
    data = forms.JSONField()  # type: ignore[assignment]  # the name that the page sends; this form is bound by hand

    def clean_data(self) -> dict[str, str | list[str]]:
        """Keeps to what fields hold: a text, or several for a choice of several."""
        data = self.cleaned_data["data"]
        if not isinstance(data, dict) or not all(_is_field(value) for value in data.values()):
            raise forms.ValidationError("fields", code="invalid")
        return data


def _is_field(value: object) -> bool:
    return isinstance(value, str) or (isinstance(value, list) and all(isinstance(part, str) for part in value))


class ImageForm(forms.Form):
    """One picture; what is in the file is judged by the action that re-encodes it."""

    file = forms.FileField()
