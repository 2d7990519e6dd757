from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import Any

from django import forms

from core.parameters import Parameter, Value, parameters


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


class ParametersForm(forms.Form):
    """Every declared parameter, under the heading of its group."""

    def __init__(self, *args: Any, values: Mapping[str, Value], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, parameter in parameters.items():
            self.fields[_field_name(name)] = _field_for(parameter, values[name])

    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields by heading, in the order in which the apps declare them."""
        pairs = [(str(parameter.group), self[_field_name(name)]) for name, parameter in parameters.items()]
        pairs.sort(key=lambda pair: pair[0])
        return [(group, [field for _group, field in rows]) for group, rows in groupby(pairs, lambda pair: pair[0])]

    def values(self) -> dict[str, Value]:
        """What the action takes."""
        return {name: self.cleaned_data[_field_name(name)] for name in parameters}


def _field_name(name: str) -> str:
    return name.replace(".", "-")


def _field_for(parameter: Parameter, value: Value) -> forms.Field:
    about = {"label": parameter.label, "help_text": parameter.help, "initial": value}
    if parameter.choices:
        return forms.ChoiceField(choices=parameter.choices, **about)
    return forms.IntegerField(min_value=parameter.least, max_value=parameter.most, **about)
