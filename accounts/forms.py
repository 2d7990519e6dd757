from __future__ import annotations

import zoneinfo
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import suggested
from accounts.actions.invitations import units_to_invite_for
from accounts.actions.people import clean_skills
from accounts.actions.sign_in import ask_sign_in_link
from accounts.enums import PlatformRole, UnitKind
from accounts.models import Unit, User
from core.errors import BusinessRuleError
from core.platform import holds_platform_permission

# A list longer than this is no longer chosen from; finer units are reached by their own pages.
UNITS_LISTED = 300


class UnitField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A unit, chosen in the tree by its place; in a very large administration, named by its code."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Unit"))
        super().__init__(queryset=Unit.objects.none(), to_field_name="code", required=False, **kwargs)
        self.error_messages["invalid_choice"] = _("No unit that you may choose has this code.")

    def offer(self, units: QuerySet[Unit]) -> None:
        """Limits the choice to these units."""
        self.queryset = units
        if units.count() > UNITS_LISTED:
            self.widget = forms.TextInput()
            self.help_text = _("The code of the unit in the directory.")

    def label_from_instance(self, obj: Any) -> str:
        name: str = obj.name
        return "\u2003" * (int(obj.depth) - 1) + name


class DateField(forms.DateField):
    """A day, with the browser's own calendar."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **kwargs)

    def clean(self, value: Any) -> Any:
        day = super().clean(value)
        if day is not None and day < timezone.localdate():
            raise ValidationError(_("Give a last day that is still to come."))
        return day


class DeputyForm(forms.Form):
    """Whom a sponsor names to decide in their place, from when to when."""

    person = suggested.PersonField(
        label=_("Agent"), help_text=_("Type a name, choose from the list; or an e-mail address.")
    )
    starts_on = DateField(label=_("From"))
    ends_on = DateField(label=_("Until"))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.visible_to(user).current().filter(is_external=False)
        self.fields["person"].people = people.exclude(pk=user.pk)  # type: ignore[attr-defined]


class PeopleSearchForm(forms.Form):
    """What one looks for in the directory. Whatever does not fit is taken as not asked."""

    q = forms.CharField(label=_("Name or function"), required=False, max_length=100)
    unit = forms.SlugField(required=False, max_length=80)
    skill = forms.CharField(label=_("Skill"), required=False, max_length=60)
    role = forms.ChoiceField(label=_("Role"), required=False, choices=[("", _("All roles")), *PlatformRole.choices])


class ProfileForm(forms.Form):
    """What a person writes about themselves; who they are comes from the directory."""

    function = forms.CharField(label=_("Function"), required=False, max_length=200)
    phone = forms.CharField(
        label=_("Telephone"), required=False, max_length=40, widget=forms.TextInput(attrs={"type": "tel"})
    )
    skills = forms.CharField(
        label=_("Skills"),
        required=False,
        max_length=1500,
        help_text=_("Separated by commas: public procurement, facilitation, statistics…"),
    )
    photo = forms.FileField(
        label=_("Photo"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/gif"}),
        help_text=_("JPEG, PNG or WebP, 10 MB at most. It is resized, and the place where it was taken is erased."),
    )
    remove_photo = forms.BooleanField(label=_("Remove my photo"), required=False)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    time_zone = forms.ChoiceField(label=_("Time zone"))

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zones = sorted(zone for zone in zoneinfo.available_timezones() if "/" in zone and not zone.startswith("Etc"))
        self.fields["time_zone"].choices = [(zone, zone.replace("_", " ")) for zone in zones]  # type: ignore[attr-defined]
        if person.photo_id is None:
            del self.fields["remove_photo"]

    def clean_skills(self) -> list[str]:
        try:
            return clean_skills(self.cleaned_data["skills"].replace(";", ",").split(","))
        except BusinessRuleError as error:
            raise ValidationError(str(error)) from None


class InvitationForm(forms.Form):
    """An invitation; fields that the sender may not fill are not there."""

    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    unit = UnitField()
    role = forms.ChoiceField(
        label=_("Role on the platform"), required=False, choices=[("", _("None")), *PlatformRole.choices]
    )
    is_external = forms.BooleanField(
        label=_("External partner"),
        required=False,
        help_text=_("Takes part in the communities they are invited to, and sees nothing else."),
    )
    organisation = forms.CharField(label=_("Organisation of the partner"), required=False, max_length=200)
    ends_on = DateField(label=_("Last day of the partner's account"), required=False)
    message = forms.CharField(
        label=_("A word from you"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        may_anyone = holds_platform_permission(actor, "accounts.invite_anyone")
        self.fields["unit"].offer(units_to_invite_for(actor))  # type: ignore[attr-defined]
        if not may_anyone:
            self.fields["unit"].required = True
            for name in ("is_external", "organisation", "ends_on"):
                del self.fields[name]
        if not holds_platform_permission(actor, "accounts.grant_role"):
            del self.fields["role"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("is_external"):
            if not data.get("organisation"):
                self.add_error("organisation", _("Say which organisation the partner comes from."))
            if not data.get("ends_on") and "ends_on" not in self.errors:
                self.add_error("ends_on", _("Give the last day of the account."))
            if data.get("unit"):
                self.add_error("unit", _("An external partner belongs to an organisation, not to a unit."))
        return data


class InvitationAcceptForm(forms.Form):
    """Names and a password; the address, the unit and the role are the invitation's."""

    first_name = forms.CharField(
        label=_("First name"), max_length=100, widget=forms.TextInput(attrs={"autocomplete": "given-name"})
    )
    last_name = forms.CharField(
        label=_("Last name"), max_length=100, widget=forms.TextInput(attrs={"autocomplete": "family-name"})
    )
    password1 = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("12 characters at least. A sentence is easier to remember, and safer."),
    )
    password2 = forms.CharField(
        label=_("Password, once more"),
        strip=False,
        max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, second = data.get("password1"), data.get("password2")
        if first and second and first != second:
            self.add_error("password2", _("Type the same password twice."))
        elif first:
            person = User(email=self.email, first_name=data.get("first_name", ""), last_name=data.get("last_name", ""))
            try:
                password_validation.validate_password(first, person)
            except ValidationError as error:
                self.add_error("password1", error)
        return data


class SignInLinkForm(forms.Form):
    """The address of an account, to which the link goes that lets its owner choose a password."""

    email = forms.EmailField(
        label=_("Professional e-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def save(self, request: HttpRequest) -> str:
        """Asks for the link, as the page of a forgotten password wants it."""
        email: str = self.cleaned_data["email"].lower()
        ask_sign_in_link(email=email)
        return email


class AttachmentForm(forms.Form):
    """Where an agent works and who their manager is; what it changes is read before it is confirmed."""

    unit = suggested.UnitField(label=_("Unit"), required=False, help_text=_("A name or the code of the directory."))
    manager = suggested.PersonField(
        label=_("Manager"), required=False, help_text=_("A name or an e-mail address. Empty: nobody.")
    )
    is_confirmed = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: User, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        agents = User.objects.visible_to(user).current().filter(is_external=False)
        # Today's manager may be left as they are, whatever became of their account.
        self.fields["manager"].people = agents | User.objects.filter(pk=person.manager_id)  # type: ignore[attr-defined]


class UnitChangeForm(forms.Form):
    """What a unit is called and where it stands; what it changes is read before it is confirmed."""

    name = forms.CharField(label=_("Name"), max_length=200)
    parent = suggested.UnitField(
        label=_("Attached to"), required=False, help_text=_("A name or a code. Empty: it stands at the top.")
    )
    is_confirmed = forms.BooleanField(required=False, widget=forms.HiddenInput)


class UnitForm(forms.Form):
    """A new unit."""

    name = forms.CharField(label=_("Name"), max_length=200)
    code = forms.CharField(
        label=_("Code"), max_length=60, help_text=_("The one of the directory: imports recognise the unit by it.")
    )
    kind = forms.ChoiceField(label=_("Kind of unit"), choices=UnitKind.choices)
    parent = suggested.UnitField(
        label=_("Attached to"), required=False, help_text=_("A name or a code. Empty: it stands at the top.")
    )


class RoleGrantForm(forms.Form):
    """Who gets which role, for which unit, until when."""

    person = forms.EmailField(label=_("E-mail address of the agent"), max_length=254)
    role = forms.ChoiceField(label=_("Role"), choices=PlatformRole.choices)
    unit = UnitField(
        label=_("For the unit"), help_text=_("An ambassador invites agents of this unit and of those below.")
    )
    ends_on = DateField(
        label=_("Until"), required=False, help_text=_("The last day of the role. Empty: until withdrawn.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].offer(Unit.objects.all())  # type: ignore[attr-defined]

    def clean_person(self) -> User:
        email = self.cleaned_data["person"].strip().lower()
        person = User.objects.current().filter(email=email).select_related("unit").first()
        if person is None:
            raise ValidationError(_("No open account has this address."))
        return person
