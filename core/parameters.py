"""What administrators set while the product runs: who may propose, how many days … An app puts in its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from core.registry import Registry

Value: TypeAlias = int | str


@dataclass(frozen=True)
class Parameter:
    """One thing that an administrator decides.

    `group` is the heading under which it stands, `help` what follows from it. A number lies within `least` and `most`,
    in the unit that `help` names; a choice is one of `choices`.
    """

    group: Any
    label: Any
    default: Value
    help: Any = ""
    least: int = 0
    most: int = 3650
    choices: tuple[tuple[str, Any], ...] = ()

    def accepts(self, value: Any) -> bool:
        """Whether a value may be given."""
        if self.choices:
            return value in dict(self.choices)
        return isinstance(value, int) and not isinstance(value, bool) and self.least <= value <= self.most


parameters: Registry[str, Parameter] = Registry("parameters")


def defaults() -> Mapping[str, Value]:
    """Every parameter as it is before anybody decides."""
    return {name: parameter.default for name, parameter in parameters.items()}
