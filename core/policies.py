"""Rights: one literal table a model answers three questions, and they cannot disagree.

May this person? Which objects? Which people? Each *standing* (member, author, manager …) says how it is read from
facts, as a filter on objects and as a filter on people; the table says which standings hold a permission, and in which
states of the object. The three answers are derived from these two and from nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, ClassVar, Generic, TypeVar

from django.contrib.auth import get_user_model
from django.db.models import Model, Q, QuerySet

from core.errors import Forbidden
from core.registry import Registry
from core.system import System

M = TypeVar("M", bound=Model)

NOTHING = Q(pk__in=[])
EVERYTHING = ~NOTHING


def any_of(filters: Iterable[Q]) -> Q:
    """The filters joined by "or", less what changes nothing: Django would write and weigh each of them."""
    result = NOTHING
    for one in filters:
        if one is EVERYTHING:
            return EVERYTHING
        if one is not NOTHING:
            result = one if result is NOTHING else result | one
    return result


def all_of(*filters: Q) -> Q:
    """The filters joined by "and", less what changes nothing."""
    result = EVERYTHING
    for one in filters:
        if one is NOTHING:
            return NOTHING
        if one is not EVERYTHING and one:
            result = one if result is EVERYTHING else result & one
    return result


@dataclass(frozen=True)
class Standing:
    """One way in which a person stands towards an object.

    `holds` reads it from the facts that the policy loaded, `objects` filters objects for one person, `people` filters
    people for one object. Neither filter may join a table of many rows: it would double its results.
    """

    holds: Callable[[Any], bool]
    objects: Callable[[Any], Q]
    people: Callable[[Any], Q]


@dataclass(frozen=True)
class Rule:
    """These standings hold the permission where each named field of the object has one of the values."""

    who: frozenset[str]
    where: Mapping[str, frozenset[Any]] = field(default_factory=dict)

    def fits(self, obj: Model) -> bool:
        """Whether the object is in a state that the rule speaks of."""
        return all(_read(obj, path) in values for path, values in self.where.items())

    def as_filter(self) -> Q:
        """The same condition as a filter on objects."""
        condition = Q()
        for path, values in self.where.items():
            if path.endswith("__isnull"):
                condition &= any_of(Q(**{path: value}) for value in values)
            else:
                condition &= Q(**{f"{path}__in": sorted(values)})
        return condition


def allow(*who: str, **where: Iterable[Any]) -> Rule:
    """One line of a table: `allow("member", "animator", stage=(Stage.OPEN,), deleted_at__isnull=(True,))`."""
    return Rule(frozenset(who), {path: frozenset(values) for path, values in where.items()})


def _read(obj: Any, path: str) -> Any:
    names = path.split("__")
    if names[-1] == "isnull":
        *before, name = names[:-1]
        owner = _read(obj, "__".join(before)) if before else obj
        # Whether a relation is empty is told by its column: following it would cost a query an object.
        return owner is None or getattr(owner, f"{name}_id" if hasattr(owner, f"{name}_id") else name) is None
    for name in names:
        obj = None if obj is None else getattr(obj, name)
    return obj


_facts_read: ContextVar[dict[Any, dict[Any, Any]] | None] = ContextVar("facts read", default=None)


@contextmanager
def rights_read_once() -> Iterator[None]:
    """Within the block, which only reads, what rights stand on is asked once for each person and object.

    A page of a community asks for its rights, then each of its posts asks again.
    """
    token = _facts_read.set({})
    try:
        yield
    finally:
        _facts_read.reset(token)


class Policy(Generic[M]):
    """The rules of one model. Subclasses give `standings`, `table`, `reading` and `facts`.

    `reading` is what finding an object asks; `watching`, where it differs, what hearing of its contents live asks.
    """

    model: type[M]
    reading: ClassVar[str]
    watching: ClassVar[str] = ""
    # Whether images may belong to its objects, to be seen by who reads them.
    has_images: ClassVar[bool] = False
    standings: ClassVar[Mapping[str, Standing]]
    table: ClassVar[Mapping[str, tuple[Rule, ...]]]

    def facts(self, user: Any, objects: list[M]) -> Mapping[Any, Any]:
        """What the standings read, by primary key, in a number of queries that does not depend on how many objects."""
        raise NotImplementedError

    def known_facts(self, user: Any, objects: list[M]) -> Mapping[Any, Any]:
        """The facts, read once for each object while `rights_read_once` holds."""
        memo = _facts_read.get()
        if memo is None:
            return self.facts(user, objects)
        known = memo.setdefault((type(self), user.pk), {})
        if missing := [obj for obj in objects if obj.pk not in known]:
            known.update(self.facts(user, missing))
        return known

    def granted_for(self, user: Any, objects: Iterable[M]) -> dict[Any, frozenset[str]]:
        """All that the person may do with each object, by primary key."""
        every = list(objects)
        if not every:
            return {}
        if isinstance(user, System):
            return {obj.pk: frozenset(self.table) for obj in every}
        if not _is_current(user):
            return {obj.pk: frozenset() for obj in every}
        facts = self.known_facts(user, every)
        return {obj.pk: self.granted_by(facts[obj.pk], obj) for obj in every}

    def granted_by(self, facts: Any, obj: M) -> frozenset[str]:
        """All that facts already loaded for this object allow."""
        held = {name for name, standing in self.standings.items() if standing.holds(facts)}
        return frozenset(
            permission
            for permission, rules in self.table.items()
            if any(rule.who & held and rule.fits(obj) for rule in rules)
        )

    def grounds_by(self, facts: Any, obj: M) -> dict[str, tuple[str, ...]]:
        """For each permission that facts already loaded allow, the standings that give it, in their order."""
        held = [name for name, standing in self.standings.items() if standing.holds(facts)]
        found: dict[str, tuple[str, ...]] = {}
        for permission in self.table:
            opening = self.openings(permission, obj)
            if grounds := tuple(name for name in held if name in opening):
                found[permission] = grounds
        return found

    def openings(self, permission: str, obj: M) -> frozenset[str]:
        """The standings that give a permission on the object in its present state, whoever holds them."""
        return frozenset().union(*(rule.who for rule in self.rules(permission) if rule.fits(obj)))

    def granted(self, user: Any, obj: M) -> frozenset[str]:
        """All that the person may do with this object."""
        return self.granted_for(user, [obj])[obj.pk]

    def objects(self, user: Any, permission: str) -> Q:
        """The filter on objects for which the person holds the permission."""
        rules = self.rules(permission)
        if isinstance(user, System):
            return EVERYTHING
        if not _is_current(user):
            return NOTHING
        return any_of(
            all_of(any_of(self.standings[name].objects(user) for name in sorted(rule.who)), rule.as_filter())
            for rule in rules
        )

    def people(self, permission: str, obj: M) -> Q:
        """The filter on people who hold the permission on this object, whether their account is current apart."""
        fitting = (rule for rule in self.rules(permission) if rule.fits(obj))
        return any_of(self.standings[name].people(obj) for rule in fitting for name in sorted(rule.who))

    def rules(self, permission: str) -> tuple[Rule, ...]:
        """The lines of the table for a permission; raises LookupError for one that it does not know."""
        try:
            return self.table[permission]
        except KeyError:
            raise LookupError(f"{type(self).__name__} knows no permission {permission!r}.") from None


policies: Registry[type[Model], Policy[Any]] = Registry("policies")


def _is_current(user: Any) -> bool:
    return bool(getattr(user, "is_current", False))


class Abilities:
    """What one person may do with one object: `abilities.change_post`; an unknown name raises."""

    def __init__(self, known: Iterable[str], granted: frozenset[str]) -> None:
        self._values = {name.split(".", 1)[1]: name in granted for name in known}

    def __getattr__(self, name: str) -> bool:
        try:
            return self._values[name]
        except KeyError:
            raise AttributeError(f"unknown ability {name!r}") from None

    def __getitem__(self, name: str) -> bool:
        return self._values[name]


def policy_for(obj_or_model: Any) -> Policy[Any]:
    """The policy of a model or of one of its objects; raises LookupError where none is registered."""
    return policies[obj_or_model if isinstance(obj_or_model, type) else type(obj_or_model)]


def abilities_for(user: Any, obj: Model) -> Abilities:
    """All abilities of a person on one object, computed once for a page."""
    policy = policy_for(obj)
    return Abilities(policy.table, policy.granted(user, obj))


def abilities_for_each(user: Any, objects: Iterable[Model]) -> dict[Any, Abilities]:
    """The abilities on each of several objects of one model, by primary key, in a fixed number of queries."""
    every = list(objects)
    if not every:
        return {}
    policy = policy_for(every[0])
    return {pk: Abilities(policy.table, granted) for pk, granted in policy.granted_for(user, every).items()}


def users_with(permission: str, obj: Model) -> QuerySet[Any]:
    """The people of current accounts who hold a permission on an object."""
    return get_user_model().objects.current().filter(policy_for(obj).people(permission, obj))


def may(user: Any, permission: str, obj: Model) -> bool:
    """Whether an actor, a person or the system, holds a permission on an object."""
    policy = policy_for(obj)
    policy.rules(permission)
    return True if isinstance(user, System) else bool(user.has_perm(permission, obj))


def grounds_for(user: Any, obj: Model) -> dict[str, tuple[str, ...]]:
    """Why a person holds each of their permissions on an object: the standings that give it; nothing for no account."""
    policy = policy_for(obj)
    return policy.grounds_by(policy.known_facts(user, [obj])[obj.pk], obj) if _is_current(user) else {}


def require(actor: Any, permission: str, obj: Model, hint: Any = "") -> None:
    """First line of an action: raises Forbidden where the actor does not hold the permission."""
    if not may(actor, permission, obj):
        raise Forbidden(permission, hint)
