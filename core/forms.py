from django import forms


class DraftForm(forms.Form):
    """What a page saves while one types: where, and the fields as JSON."""

    place = forms.RegexField(r"^[a-z0-9:_-]+$", max_length=120)
    address = forms.RegexField(r"^/[^/\\]", max_length=300)
    data = forms.JSONField()

    def clean_data(self) -> dict[str, str]:
        data = self.cleaned_data["data"]
        if not isinstance(data, dict) or not all(isinstance(value, str) for value in data.values()):
            raise forms.ValidationError("fields")
        return data


class ImageForm(forms.Form):
    """One picture; what is in the file is judged by the action that re-encodes it."""

    file = forms.FileField()
