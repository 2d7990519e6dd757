"""What other apps show on a person's profile."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from core.registry import Registry


@dataclass(frozen=True)
class ProfilePart:
    """`load(viewer, person)` gives what `template` shows, as `data`, in one query and under the viewer's rights."""

    template: str
    load: Callable[[Any, Any], Any]


profile_parts: Registry[str, ProfilePart] = Registry("profile parts")
