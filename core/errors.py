"""What a person is told when something may not be done."""

from typing import Any

from django.core.exceptions import PermissionDenied


class BusinessRuleError(Exception):
    """A rule of the product would be broken; `message` is fit for the person who tried."""

    def __init__(self, message: Any) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return str(self.message)


class Forbidden(PermissionDenied):
    """The person sees the object and may not do this with it; `hint` says whom to ask."""

    def __init__(self, permission: str, hint: Any = "") -> None:
        super().__init__(permission)
        self.permission = permission
        self.hint = hint


class EditConflict(BusinessRuleError):
    """Somebody saved first: nothing was overwritten, and `current` is what stands now."""

    def __init__(self, message: Any, current: Any) -> None:
        super().__init__(message)
        self.current = current
