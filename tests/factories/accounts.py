"""People and units with plain defaults; what changes a right is a named trait."""

from datetime import date, timedelta
from typing import Any

import factory
from allauth.mfa.models import Authenticator
from django.utils import timezone

from accounts.actions.people import groups_of
from accounts.actions.units import create_unit
from accounts.enums import PlatformRole, UnitKind
from accounts.models import Deputy, Invitation, RoleGrant, Unit, User
from core.system import SYSTEM

PASSWORD = "une longue phrase de passe"
TOTP_SECRET = "JBSWY3DPEHPK3PXP"


def in_days(days: int) -> date:
    """The date so many days from today."""
    return timezone.localdate() + timedelta(days=days)


class UnitFactory(factory.django.DjangoModelFactory):
    """A service at the root of the tree, or under `parent`."""

    class Meta:
        model = Unit

    class Params:
        ministry = factory.Trait(kind=UnitKind.MINISTRY)
        direction = factory.Trait(kind=UnitKind.DIRECTION)

    code = factory.Sequence(lambda n: f"S{n:04}")
    name = factory.Sequence(lambda n: f"Service numéro {n}")
    kind = UnitKind.SERVICE
    parent = None

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **kwargs: Any) -> Unit:
        return create_unit(actor=SYSTEM, **kwargs)


class UserFactory(factory.django.DjangoModelFactory):
    """An agent without a role. `unit=` puts them, and their groups, into a unit; `roles=[…]` grants roles."""

    class Meta:
        model = User

    class Params:
        external = factory.Trait(
            is_external=True, organisation="Association Pont-Neuf", ends_on=factory.LazyFunction(lambda: in_days(90))
        )
        # An external whose last day was yesterday.
        ended = factory.Trait(
            is_external=True, organisation="Association Pont-Neuf", ends_on=factory.LazyFunction(lambda: in_days(-1))
        )
        closed = factory.Trait(is_active=False)
        # « Première connexion » is still to come.
        imported = factory.Trait(password=None)
        administrator = factory.Trait(roles=[PlatformRole.ADMINISTRATOR])
        community_manager = factory.Trait(roles=[PlatformRole.COMMUNITY_MANAGER])
        ambassador = factory.Trait(roles=[PlatformRole.AMBASSADOR])
        sponsor = factory.Trait(roles=[PlatformRole.SPONSOR])
        certifier = factory.Trait(roles=[PlatformRole.CERTIFIER])

    first_name = "Camille"
    last_name = factory.Sequence(lambda n: f"Agent{n}")
    handle = factory.Sequence(lambda n: f"camille-agent{n}")
    email = factory.LazyAttribute(lambda person: f"{person.handle}@agents.example")
    password = PASSWORD
    roles = ()
    # Administrators have set up theirs, without which no page opens; `second_factor=False` is one who has not.
    second_factor = factory.LazyAttribute(lambda person: PlatformRole.ADMINISTRATOR in person.roles)

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **kwargs: Any) -> User:
        roles, second_factor = kwargs.pop("roles"), kwargs.pop("second_factor")
        person: User = model_class.objects.create_user(**kwargs)
        person.groups.set(groups_of(person.unit))
        for role in roles:
            RoleGrant.objects.create(person=person, role=role)
        if second_factor:
            Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={"secret": TOTP_SECRET})
        return person


class RoleGrantFactory(factory.django.DjangoModelFactory):
    """A role that holds today."""

    class Meta:
        model = RoleGrant

    class Params:
        ended = factory.Trait(ends_on=factory.LazyFunction(lambda: in_days(-1)))
        withdrawn = factory.Trait(withdrawn_at=factory.LazyFunction(timezone.now))

    person = factory.SubFactory(UserFactory)
    role = PlatformRole.AMBASSADOR


class InvitationFactory(factory.django.DjangoModelFactory):
    """A pending invitation sent by a community manager; its token is unknown, only `invite_person` gives one."""

    class Meta:
        model = Invitation

    email = factory.Sequence(lambda n: f"invite{n}@agents.example")
    token_digest = factory.Sequence(lambda n: f"{n:064}")
    invited_by = factory.SubFactory(UserFactory, community_manager=True)
    expires_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=14))


class DeputyFactory(factory.django.DjangoModelFactory):
    """Somebody who decides in a sponsor's place, from yesterday to tomorrow."""

    class Meta:
        model = Deputy

    class Params:
        past = factory.Trait(ends_on=factory.LazyFunction(lambda: timezone.localdate() - timedelta(days=1)))

    sponsor = factory.SubFactory(UserFactory)
    deputy = factory.SubFactory(UserFactory)
    starts_on = factory.LazyFunction(lambda: timezone.localdate() - timedelta(days=2))
    ends_on = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=1))
