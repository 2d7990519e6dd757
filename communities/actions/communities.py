"""A community comes into being, changes and moves through its life."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import IO, Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, User
from communities import events
from communities.actions.activity import record_activity
from communities.actions.locks import lock_community
from communities.actions.reach import require_no_new_way_in, ways_in
from communities.actions.words import index_words
from communities.enums import CommunityKind, Joining, MembershipState, Role, Verb, Visibility
from communities.models import Community, FormerSlug, Membership
from core import richtext
from core.actions.audit import record_audit
from core.actions.images import attach_images, upload_image
from core.actions.outbox import publish
from core.errors import BusinessRuleError, EditConflict
from core.models import Image
from core.once import once
from core.platform import require_platform
from core.policies import require

# What `change_community` takes; anything else is a mistake of the caller.
EDITABLE = (
    "name", "purpose", "description", "welcome", "kind", "visibility", "joining", "unit", "allows_partners", "is_pilot",
    "ends_on",
)  # fmt: skip
ACCESS = ("visibility", "joining")
# Addresses under /communities/ that are no community.
RESERVED_SLUGS = frozenset({"new"})
SLUG_MAX = 100
COVER_SIDE = 640  # pixels


def create_community(
    *,
    actor: Any,
    name: str,
    purpose: str,
    kind: CommunityKind,
    visibility: Visibility = Visibility.LISTED,
    joining: Joining = Joining.OPEN,
    unit: Unit | None = None,
    ends_on: date | None = None,
    description: str = "",
    tags: Iterable[str] = (),
    animators: Iterable[User],
    nonce: str = "",
) -> Community:
    """Creates a community in preparation, led by its first animators.

    Raises BusinessRuleError without an animator, or where one is an external or has no open account. The same `nonce`
    gives the community that the first sending made.
    """
    require_platform(actor, "communities.add_community", _("Ask a community manager to create one."))
    people = list({person.pk: person for person in animators}.values())
    if not people:
        raise BusinessRuleError(_("A community always has an animator: choose at least one."))
    if any(person.is_external or not person.is_current for person in people):
        raise BusinessRuleError(_("An animator is an agent whose account is open."))
    _check_access(visibility, joining)

    def make() -> Community:
        return make_community(
            actor=actor,
            animators=people,
            tags=tags,
            name=name,
            purpose=purpose,
            kind=kind,
            visibility=visibility,
            joining=joining,
            unit=unit,
            ends_on=ends_on,
            description=richtext.sanitise(description) if description else "",
            created_by_id=actor.pk,
        )

    with transaction.atomic():
        return once(actor, nonce, make)[0]


def make_community(
    *, actor: Any, animators: Iterable[User], tags: Iterable[str] = (), meant_for: Iterable[Unit] = (), **fields: Any
) -> Community:
    """Writes a community in preparation with its first animators; the caller asked whether it may be."""
    community = Community(**fields)
    _save_with_free_slug(community)
    community.tags.set(list(tags))
    community.meant_for.set(list(meant_for))
    index_words(community)
    attach_images(actor=actor, owner=community, ids=richtext.image_ids(community.description))
    record_audit(actor=actor, verb="communities.created", target=community)
    publish(events.CommunityCreated(community_id=community.pk, actor_id=actor.pk))
    for person in animators:
        _seat(actor, community, person)
    return community


@transaction.atomic
def change_community(
    *, actor: Any, community: Community, version: int, tags: Iterable[str] | None = None, **changes: Any
) -> Community:
    """Changes settings, named as in `EDITABLE`.

    A new name brings a new address, to which the old one leads. Raises EditConflict where somebody saved since
    `version`: nothing is overwritten; Forbidden where a new access would let in whoever gives it.
    """
    if unknown := set(changes) - set(EDITABLE):
        raise TypeError(f"change_community takes no {sorted(unknown)}")
    current = lock_community(community)
    require(actor, "communities.change_community", current)
    if current.version != version:
        raise EditConflict(_("Somebody has changed these settings meanwhile."), current)
    if changes.get("description"):
        changes["description"] = richtext.sanitise(changes["description"])
    old = {name: getattr(current, name) for name in changes}
    changed = {name: value for name, value in changes.items() if value != old[name]}
    if "is_pilot" in changed:
        require(actor, "communities.steer_community", current)
    if "kind" in changed and CommunityKind.EXTRA_PROFESSIONAL in {changed["kind"], old["kind"]}:
        # What stays out of the figures of work is for those who animate it to say.
        require(actor, "communities.animate_community", current)
        kinds = {"old": str(old["kind"]), "new": str(changed["kind"])}
        record_audit(actor=actor, verb="communities.kind_changed", target=current, **kinds)
    is_opened = bool(changed.keys() & set(ACCESS))
    before = ways_in(actor, current) if is_opened else frozenset()
    for name, value in changed.items():
        setattr(current, name, value)
    _check_access(current.visibility, current.joining)
    if is_opened:
        current.access_read_at = None
    current.version += 1
    if "name" in changed:
        _save_with_free_slug(current)
    else:
        current.save()
    if is_opened:
        require_no_new_way_in(actor, current, before)
    if tags is not None:
        current.tags.set(list(tags))
    if tags is not None or changed.keys() & {"name", "purpose"}:
        index_words(current)
    attach_images(actor=actor, owner=current, ids=richtext.image_ids(current.description))
    if "allows_partners" in changed:
        taken = changed["allows_partners"]
        record_audit(actor=actor, verb="communities.partners_allowed", target=current, allowed=taken)
    if access := {name: [str(old[name]), str(changed[name])] for name in ACCESS if name in changed}:
        record_audit(actor=actor, verb="communities.access_changed", target=current, **access)
    publish(events.CommunityChanged(community_id=current.pk, actor_id=actor.pk))
    return current


@transaction.atomic
def set_cover(*, actor: Any, community: Community, file: IO[bytes] | None, size: int = 0) -> Community:
    """Shows a picture for the community, or none; `size` is in bytes. Raises BusinessRuleError for what is none."""
    current = lock_community(community)
    require(actor, "communities.change_community", current)
    former = current.cover_id
    current.cover = upload_image(actor=actor, file=file, size=size, side=COVER_SIDE) if file else None
    if current.cover:
        attach_images(actor=actor, owner=current, ids=[current.cover.pk])
    current.save(update_fields=["cover"])
    # Without an owner it goes with the next purge.
    if former:
        Image.objects.filter(pk=former).update(owner_type=None, owner_id=None)
    publish(events.CommunityChanged(community_id=current.pk, actor_id=actor.pk))
    return current


def _check_access(visibility: str, joining: str) -> None:
    if visibility == Visibility.CONFIDENTIAL and joining != Joining.INVITATION:
        raise BusinessRuleError(_("One comes into a confidential community by invitation only."))


def _seat(actor: Any, community: Community, person: User) -> None:
    Membership.objects.create(
        community=community,
        person=person,
        state=MembershipState.MEMBER,
        role=Role.ANIMATOR,
        decided_by_id=actor.pk,
        joined_at=timezone.now(),
    )
    change = {"person": person.pk, "old": "", "new": Role.ANIMATOR.value}
    record_audit(actor=actor, verb="communities.role_changed", target=community, **change)
    record_activity(actor=person, community=community, verb=Verb.JOINED, target=community)
    ids = {"community_id": community.pk, "person_id": person.pk, "actor_id": actor.pk}
    publish(events.MemberJoined(**ids))
    publish(events.RoleChanged(**ids, old="", new=Role.ANIMATOR.value))


def _save_with_free_slug(community: Community) -> None:
    """Saves under an address of its name that no other community has or had."""
    former = community.slug
    base = slugify(community.name)[:SLUG_MAX].strip("-") or "community"
    for candidate in _candidates(base):
        if candidate == former:
            community.save()
            return
        if candidate in RESERVED_SLUGS or _is_taken(community, candidate):
            continue
        community.slug = candidate
        try:
            with transaction.atomic():
                community.save()
        except IntegrityError:
            # Somebody took it between the look and the leap.
            if Community.objects.filter(slug=candidate).exists():
                continue
            raise
        break
    FormerSlug.objects.filter(slug=community.slug).delete()
    if former:
        FormerSlug.objects.get_or_create(slug=former, defaults={"community": community})


def _candidates(base: str) -> Iterable[str]:
    yield base
    for number in range(2, 10_000):
        yield f"{base}-{number}"


def _is_taken(community: Community, slug: str) -> bool:
    return (
        Community.objects.filter(slug=slug).exclude(pk=community.pk).exists()
        or FormerSlug.objects.filter(slug=slug).exclude(community=community.pk).exists()
    )
