"""Django's authentication backends that answer `has_perm`."""

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.db.models import Model
from guardian.backends import ObjectPermissionBackend

from core.platform import holds_platform_permission
from core.policies import policies


class PolicyBackend(BaseBackend):
    """Answers from the policy of the object's model, or, without an object, from the person's platform roles."""

    def has_perm(self, user_obj: Any, perm: str, obj: Model | None = None) -> bool:
        """Whether the person holds `perm`; raises LookupError for a permission that the policy does not know."""
        if obj is None:
            return holds_platform_permission(user_obj, perm)
        policy = policies.get(type(obj))
        if policy is None or perm.split(".")[0] not in {name.split(".")[0] for name in policy.table}:
            return False
        policy.rules(perm)
        return perm in policy.granted(user_obj, obj)


class ObjectGrantBackend(ObjectPermissionBackend):
    """django-guardian's grants on models that have no policy.

    Where there is one, a grant is a fact that the policy weighs beside stage and membership; answered here too, it
    would open a community in preparation to a whole ministry.
    """

    def has_perm(self, user_obj: Any, perm: str, obj: Model | None = None) -> bool:
        """False for what a policy governs and for a permission of another app, where guardian raises."""
        if obj is None or type(obj) in policies:
            return False
        if "." in perm and perm.split(".")[0] != obj._meta.app_label:
            return False
        return bool(super().has_perm(user_obj, perm, obj))
