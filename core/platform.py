"""Permissions that bear on no object: who may invite, steer … An app puts in which roles hold each."""

from typing import Any

from core.errors import Forbidden
from core.registry import Registry
from core.system import System

platform_permissions: Registry[str, frozenset[str]] = Registry("platform permissions")


def holds_platform_permission(user: Any, permission: str) -> bool:
    """Whether one of the person's platform roles holds a permission without an object."""
    if isinstance(user, System):
        return True
    roles = platform_permissions.get(permission)
    return bool(roles and getattr(user, "is_current", False) and roles & user.platform_roles)


def require_platform(actor: Any, permission: str, hint: Any = "") -> None:
    """Raises Forbidden where the actor does not hold the permission, LookupError where nobody declared it."""
    platform_permissions[permission]
    if not holds_platform_permission(actor, permission):
        raise Forbidden(permission, hint)
