from __future__ import annotations

from django.conf import settings
from django.db import models

from core.parameters import Value, defaults, parameters


class ParameterValueManager(models.Manager["ParameterValue"]):
    """What administrators decided, and the defaults behind it."""

    def every(self) -> dict[str, Value]:
        """All parameters as they stand, in one query."""
        known = defaults()
        rows = self.values_list("name", "value")
        # What an older version wrote and this one no longer takes counts as not decided.
        return {**known, **{name: value for name, value in rows if name in known and parameters[name].accepts(value)}}

    def of(self, name: str) -> Value:
        """One parameter as it stands; raises LookupError where nobody declared it."""
        parameter = parameters[name]
        value: Value | None = self.filter(name=name).values_list("value", flat=True).first()
        return value if value is not None and parameter.accepts(value) else parameter.default

    def number(self, name: str) -> int:
        """A number as it stands."""
        return int(self.of(name))


class ParameterValue(models.Model):
    """What an administrator decided for one parameter of `core.parameters`. Proposition 29."""

    name = models.CharField(max_length=100, primary_key=True)
    value = models.JSONField()
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    changed_at = models.DateTimeField(auto_now=True)

    objects = ParameterValueManager()

    def __str__(self) -> str:
        return f"{self.name} = {self.value}"
