from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Case, Count, Exists, IntegerField, OuterRef, Prefetch, Q, When
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager

from accounts.enums import PlatformRole
from accounts.models.deputy import Deputy
from accounts.models.role_grant import RoleGrant
from accounts.models.skill import AgentSkill
from core.addresses import address_of
from core.expressions import ValueList
from core.querysets import VisibleQuerySet
from core.text import fold, initials, without_particles

if TYPE_CHECKING:
    from accounts.models.unit import Unit


class UserQuerySet(VisibleQuerySet["User"]):
    """People."""

    def current(self) -> UserQuerySet:
        """Accounts that are open today: neither closed nor, for an external, past their end."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=timezone.localdate()), is_active=True)

    def holding(self, *roles: str) -> UserQuerySet:
        """People who hold one of these platform roles today."""
        return self.filter(pk__in=RoleGrant.objects.active().filter(role__in=roles).values("person"))

    def for_request(self) -> UserQuerySet:
        """Adds the platform roles held and the sponsors stood in for today, so that they need no query of their own."""
        held = RoleGrant.objects.active().filter(person=OuterRef("pk"))
        stands_in = Deputy.objects.active().filter(deputy=OuterRef("pk"))
        return self.annotate(roles_read=ValueList(held, "role"), sponsors_read=ValueList(stands_in, "sponsor_id"))

    def for_list(self) -> UserQuerySet:
        """What a list of people shows."""
        return self.select_related("unit", "photo")

    def with_skills(self) -> UserQuerySet:
        """Skills by name, in one query for all the people."""
        skills = AgentSkill.objects.select_related("tag").order_by("tag__name")
        return self.prefetch_related(Prefetch("agent_skills", skills))

    def named(self, text: str) -> UserQuerySet:
        """People whose names and function hold every word, accents, case and particles aside."""
        found = self
        for word in without_particles(text).split():
            found = found.filter(search_key__contains=word)
        return found

    def in_unit(self, unit: Unit) -> UserQuerySet:
        """Agents of a unit and of all below it."""
        return self.filter(unit__path__startswith=unit.path)

    def heading(self, unit: Unit) -> UserQuerySet:
        """Whoever agents of the unit name as their manager, the most named first.

        Those who work in the unit themselves where there are any, else those outside it.
        """
        agents = User.objects.current().filter(unit=unit)
        named = (
            self.current()
            .filter(reports__in=agents)
            .annotate(
                named_by=Count("reports", filter=Q(reports__in=agents)),
                is_inside=Case(When(unit=unit, then=1), default=0, output_field=IntegerField()),
            )
        )
        inside = self.current().filter(unit=unit, reports__in=agents)
        return named.filter(Q(is_inside=1) | ~Exists(inside)).order_by("-named_by", "sort_key", "pk")

    def skilled_in(self, text: str) -> UserQuerySet:
        """People who say that they have a skill whose name begins so or holds such a word."""
        slug = slugify(fold(text))
        skills = AgentSkill.objects.filter(Q(tag__slug__startswith=slug) | Q(tag__slug__contains=f"-{slug}"))
        return self.filter(pk__in=skills.values("content_object")) if slug else self


class UserManager(BaseUserManager["User"]):
    """Makes accounts; everything else about people is a queryset."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Makes an account; without a password it cannot sign in before « Première connexion »."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save()
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """The break-glass of the operating guide; the product itself never sets `is_superuser`."""
        return self.create_user(email, password, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A person with an account: an agent of the administration, or an external partner."""

    email = models.EmailField(_("e-mail address"), unique=True)
    handle = models.SlugField(max_length=80, unique=True)
    first_name = models.CharField(_("first name"), max_length=100)
    last_name = models.CharField(_("last name"), max_length=100)
    function = models.CharField(_("function"), max_length=200, blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    unit = models.ForeignKey(
        "accounts.Unit",
        # A unit with agents cannot go: they would lose what came to them by it without a word.
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="agents",
        verbose_name=_("unit"),
    )
    manager = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="reports", verbose_name=_("manager")
    )
    skills = TaggableManager(_("skills"), through=AgentSkill, blank=True)
    photo = models.ForeignKey("core.Image", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    language = models.CharField(
        _("language"), max_length=5, choices=[("fr", "Français"), ("en", "English")], default="fr"
    )
    time_zone = models.CharField(_("time zone"), max_length=50, default="Europe/Paris")
    is_external = models.BooleanField(_("external partner"), default=False)
    organisation = models.CharField(_("organisation"), max_length=200, blank=True)
    ends_on = models.DateField(_("last day of the account"), null=True, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    # Part of what signs a session: one more, and every session opened before is over, whatever keeps sessions.
    session_epoch = models.PositiveIntegerField(default=0, editable=False)
    # Names and function without accents and particles, for finding; the family name first, for sorting.
    search_key = models.CharField(max_length=500, editable=False, db_index=True)
    sort_key = models.CharField(max_length=220, editable=False, db_index=True)

    # What filters read of a person (see `core.prepared`): facts that choose a filter's shape, ids that go into it.
    FILTER_FACTS = ("is_agent", "is_external", "is_current", "is_administrator", "platform_roles")
    FILTER_IDS = ("decides_for",)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["handle", "first_name", "last_name"]

    objects = UserManager.from_queryset(UserQuerySet)()

    class Meta:
        verbose_name = _("person")
        ordering = ["sort_key", "pk"]
        constraints = [
            # Nobody else vouches for an external: without them the mark beside the name would say nothing.
            models.CheckConstraint(
                condition=Q(is_external=False) | (~Q(organisation="") & Q(ends_on__isnull=False)),
                name="external_has_organisation_and_end",
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.email = self.email.strip().lower()
        self.set_keys()
        super().save(*args, **kwargs)

    def set_keys(self) -> None:
        """Works out what finding and sorting read; bulk writers call it themselves."""
        name = fold(self.full_name)
        self.search_key = f"{without_particles(self.full_name)} {name} {fold(self.function)}".strip()[:500]
        self.sort_key = f"{without_particles(self.last_name)} {fold(self.first_name)}"[:220]

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        # Django's own covers the password alone.
        value = f"{self.password}:{self.session_epoch}"
        return salted_hmac("accounts.User.session", value, secret=secret, algorithm="sha256").hexdigest()

    def get_absolute_url(self) -> str:
        return address_of("accounts:person_detail", self.handle)

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def place(self) -> str:
        """Function and unit on one line, where they are known; reads the unit."""
        return ", ".join(filter(None, (self.function, self.unit.name if self.unit else "")))

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.first_name

    @property
    def initials(self) -> str:
        return initials(self.first_name, self.last_name)

    @property
    def is_current(self) -> bool:
        """Whether the account is open today."""
        return self.is_active and (self.ends_on is None or self.ends_on >= timezone.localdate())

    @property
    def is_agent(self) -> bool:
        """Whether the person belongs to the administration."""
        return not self.is_external

    @cached_property
    def platform_roles(self) -> frozenset[str]:
        """The roles held today, read once for one request."""
        if (read := getattr(self, "roles_read", None)) is not None:
            return frozenset(read)
        return frozenset(RoleGrant.objects.active().filter(person=self).values_list("role", flat=True))

    @cached_property
    def decides_for(self) -> frozenset[int]:
        """The sponsors in whose name the person decides today, themselves among them; read once for one request."""
        read = getattr(self, "sponsors_read", None)
        if read is None:
            read = Deputy.objects.active().filter(deputy=self).values_list("sponsor_id", flat=True)
        return frozenset({self.pk, *read})

    @property
    def is_administrator(self) -> bool:
        return PlatformRole.ADMINISTRATOR in self.platform_roles

    @property
    def is_staff(self) -> bool:
        """What Django's admin asks: administrators, and the break-glass account."""
        return self.is_current and (self.is_superuser or self.is_administrator)
