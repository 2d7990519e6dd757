"""Accounts: made, moved, changed, closed."""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterable
from datetime import date
from typing import IO, Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.actions.units import first_free, lock_tree
from accounts.enums import PlatformRole
from accounts.events import AccountClosed, AccountReopened, PersonChanged, PersonCreated, PersonMoved, SessionsEnded
from accounts.mobility import Move
from accounts.models import RoleGrant, Unit, User
from core.actions.audit import record_audit
from core.actions.images import attach_images, remove_images_of, upload_image
from core.actions.outbox import publish
from core.errors import BusinessRuleError
from core.platform import require_platform
from core.policies import require

SKILLS_MAX = 20
SKILL_LENGTH_MAX = 60
PHOTO_SIDE = 400


def handle_base(first_name: str, last_name: str) -> str:
    """The short name that stands in a person's address, before it is told apart from others'."""
    return slugify(f"{first_name} {last_name}".replace("’", "-").replace("'", "-"))[:70].strip("-") or "agent"


def free_handle(first_name: str, last_name: str) -> str:
    """A short name that nobody has."""
    base = handle_base(first_name, last_name)
    return first_free(base, set(User.objects.filter(handle__startswith=base).values_list("handle", flat=True)))


@transaction.atomic
def create_person(
    *,
    actor: Any,
    email: str,
    first_name: str,
    last_name: str,
    password: str | None = None,
    unit: Unit | None = None,
    manager: User | None = None,
    is_external: bool = False,
    organisation: str = "",
    ends_on: date | None = None,
    **fields: Any,
) -> User:
    """Opens an account. Without a password its owner comes in by « Première connexion ».

    Args:
        unit: where an agent works; an external partner has an `organisation` and a last day instead.
        fields: function, phone, language, time_zone, handle.

    Raises:
        BusinessRuleError: the address is taken, or an external has no organisation or no last day.
    """
    require_platform(actor, "accounts.manage_directory")
    if is_external and (not organisation.strip() or ends_on is None):
        raise BusinessRuleError(_("An external partner has an organisation and a last day."))
    if is_external and unit is not None:
        raise BusinessRuleError(_("An external partner belongs to an organisation, not to a unit."))
    email = email.strip().lower()
    if User.objects.filter(email=email).exists():
        raise BusinessRuleError(_("There already is an account with this address."))
    if unit is not None:
        lock_tree()
    handle = fields.pop("handle", "") or free_handle(first_name, last_name)
    try:
        with transaction.atomic():
            person = User.objects.create_user(
                email,
                password,
                handle=handle,
                first_name=first_name.strip(),
                last_name=last_name.strip(),
                unit=unit,
                manager=manager,
                is_external=is_external,
                organisation=organisation.strip(),
                ends_on=ends_on,
                **fields,
            )
    except IntegrityError:
        raise BusinessRuleError(_("There already is an account with this address.")) from None
    if unit is not None:
        person.groups.set(groups_of(unit))
    publish(PersonCreated(person_id=person.pk))
    return person


def groups_of(unit: Unit | None) -> list[int]:
    """The groups of a unit and of all that hold it."""
    if unit is None:
        return []
    fresh = Unit.objects.get(pk=unit.pk)
    return sorted(Unit.objects.at_or_above(fresh).values_list("group", flat=True))


@transaction.atomic
def move_person(*, actor: Any, person: User, unit: Unit | None) -> None:
    """Gives an agent another unit, with its groups and those above it.

    Raises:
        BusinessRuleError: the person is an external partner.
    """
    require_platform(actor, "accounts.manage_directory")
    if person.is_external and unit is not None:
        raise BusinessRuleError(_("An external partner belongs to an organisation, not to a unit."))
    lock_tree()
    move = move_of(person, unit)
    User.objects.filter(pk=person.pk).update(unit=unit)
    person.unit = unit
    person.groups.remove(*move.left)
    person.groups.add(*move.reached)
    record_audit(actor=actor, verb="accounts.move_person", target=person, unit=unit.code if unit else "")
    publish(PersonMoved(person_id=person.pk, left=tuple(sorted(move.left)), reached=tuple(sorted(move.reached))))


def move_of(person: User, unit: Unit | None) -> Move:
    """The groups of units that a person would leave and reach with another unit; those of no unit stay."""
    own = set(person.groups.filter(unit__isnull=False).values_list("pk", flat=True))
    new = set(groups_of(unit))
    return Move(person.pk, frozenset(own - new), frozenset(new - own))


@transaction.atomic
def change_manager(*, actor: Any, person: User, manager: User | None) -> None:
    """Says who a person's manager is; whoever agents name heads their service.

    Raises:
        BusinessRuleError: following managers upwards would come back to the person.
    """
    require_platform(actor, "accounts.manage_directory")
    seen, above = {person.pk}, manager
    while above is not None:
        if above.pk in seen:
            raise BusinessRuleError(_("%(name)s would be their own manager.") % {"name": person})
        seen.add(above.pk)
        above = above.manager
    User.objects.filter(pk=person.pk).update(manager=manager)
    person.manager = manager
    record_audit(actor=actor, verb="accounts.change_manager", target=person, manager=manager.handle if manager else "")
    publish(PersonChanged(person_id=person.pk))


@transaction.atomic
def attach_person(*, actor: Any, person: User, unit: Unit | None, manager: User | None) -> None:
    """Gives an agent their unit and their manager at once; what stays as it is is not written.

    Raises:
        BusinessRuleError: see `move_person` and `change_manager`; then neither is changed.
    """
    require_platform(actor, "accounts.manage_directory")
    # Who has gone meanwhile to the very same place is not moved a second time.
    person.refresh_from_db(fields=["unit", "manager"])
    if person.unit != unit:
        move_person(actor=actor, person=person, unit=unit)
    if person.manager != manager:
        change_manager(actor=actor, person=person, manager=manager)


@transaction.atomic
def change_profile(
    *,
    actor: Any,
    person: User,
    function: str,
    phone: str,
    skills: Iterable[str],
    language: str,
    time_zone: str,
    photo: IO[bytes] | None = None,
    photo_size: int = 0,
    remove_photo: bool = False,
) -> None:
    """Changes what people write about themselves. `photo_size` is in bytes.

    Raises:
        BusinessRuleError: too many or too long skills, an unknown language or time zone, a photo that is none.
    """
    require(actor, "accounts.change_user", person)
    if language not in dict(settings.LANGUAGES):
        raise BusinessRuleError(_("The interface does not speak this language."))
    if time_zone not in zoneinfo.available_timezones():
        raise BusinessRuleError(_("This time zone does not exist."))
    names = clean_skills(skills)
    person.function, person.phone = function.strip(), phone.strip()
    person.language, person.time_zone = language, time_zone
    if photo is not None:
        image = upload_image(actor=actor, file=photo, size=photo_size, side=PHOTO_SIDE)
        remove_images_of(owner=person)
        attach_images(actor=actor, owner=person, ids=[image.pk])
        person.photo = image
    elif remove_photo:
        remove_images_of(owner=person)
        person.photo = None
    person.save()
    person.skills.set(names)
    publish(PersonChanged(person_id=person.pk))


def clean_skills(names: Iterable[str]) -> list[str]:
    """Skills as they are kept: trimmed, each once whatever its case.

    Raises:
        BusinessRuleError: more than `SKILLS_MAX`, or one longer than `SKILL_LENGTH_MAX` characters.
    """
    kept: dict[str, str] = {}
    for name in names:
        name = " ".join(name.split())
        if name:
            kept.setdefault(name.casefold(), name)
    if len(kept) > SKILLS_MAX:
        raise BusinessRuleError(_("Name at most %(count)d skills.") % {"count": SKILLS_MAX})
    for name in kept.values():
        if len(name) > SKILL_LENGTH_MAX:
            raise BusinessRuleError(_("“%(name)s…” is too long for a skill.") % {"name": name[:30]})
    return list(kept.values())


@transaction.atomic
def close_account(*, actor: Any, person: User) -> None:
    """Ends an account: nobody signs in with it any more, what its owner wrote stays.

    Raises:
        BusinessRuleError: it is one's own, or that of the last administrator.
    """
    require_platform(actor, "accounts.manage_directory")
    if actor.pk == person.pk:
        raise BusinessRuleError(_("You cannot close your own account. Ask another administrator."))
    keep_an_administrator(without=person)
    User.objects.filter(pk=person.pk).update(is_active=False)
    person.is_active = False
    end_sessions(person=person)
    record_audit(actor=actor, verb="accounts.close_account", target=person)
    publish(AccountClosed(person_id=person.pk))


@transaction.atomic
def reopen_account(*, actor: Any, person: User, ends_on: date | None = None) -> None:
    """Opens a closed account again; an external gets a new last day.

    Raises:
        BusinessRuleError: an external's last day is past.
    """
    require_platform(actor, "accounts.manage_directory")
    if person.is_external:
        last = ends_on or person.ends_on
        if last is None or last < timezone.localdate():
            raise BusinessRuleError(_("Give a last day that is still to come."))
        person.ends_on = last
    person.is_active = True
    User.objects.filter(pk=person.pk).update(is_active=True, ends_on=person.ends_on)
    record_audit(actor=actor, verb="accounts.reopen_account", target=person)
    publish(AccountReopened(person_id=person.pk))


@transaction.atomic
def prolong_account(*, actor: Any, person: User, ends_on: date) -> None:
    """Keeps the account of an external partner open until a day at least; never brings its end nearer.

    Raises:
        BusinessRuleError: the account was closed, or is that of an agent.
    """
    require_platform(actor, "accounts.invite_anyone")
    if person.is_agent or not person.is_active:
        raise BusinessRuleError(_("The account of %(name)s is closed.") % {"name": person})
    if person.ends_on is not None and person.ends_on >= ends_on:
        return
    User.objects.filter(pk=person.pk).update(ends_on=ends_on)
    person.ends_on = ends_on
    record_audit(actor=actor, verb="accounts.prolong_account", target=person, ends_on=ends_on.isoformat())
    publish(PersonChanged(person_id=person.pk))


def end_sessions(*, person: User) -> None:
    """Ends all that the person has open, in browsers and sockets; inside the transaction of what calls for it."""
    User.objects.filter(pk=person.pk).update(session_epoch=F("session_epoch") + 1)
    person.refresh_from_db(fields=["session_epoch"])
    UserSession.objects.filter(user=person).delete()
    publish(SessionsEnded(person_id=person.pk))


def keep_an_administrator(*, without: User) -> None:
    """Refuses an act that would leave nobody able to grant roles; locks the grants, so that two cannot cross.

    Raises:
        BusinessRuleError: there is no other administrator with an open account.
    """
    grants = RoleGrant.objects.active().filter(role=PlatformRole.ADMINISTRATOR).select_for_update(of=("self",))
    holders = {grant.person_id for grant in grants.order_by("pk")}
    if without.pk not in holders:
        return
    if not User.objects.current().filter(pk__in=holders - {without.pk}).exists():
        raise BusinessRuleError(_("Nobody would be administrator any more. Grant the role to somebody else first."))
