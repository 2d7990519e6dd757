"""The mails about accounts, in words. Each function is called in the language of its reader."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.template.defaultfilters import date as format_date
from django.utils import timezone
from django.utils.translation import gettext as _

from core.letters import Letter


def invitation(*, inviter: Any, message: str, address: str, expires_at: datetime) -> Letter:
    """To somebody who has no account yet."""
    facts = {"name": inviter.full_name, "function": inviter.function, "service": settings.SERVICE_NAME}
    return Letter(
        subject=_("%(name)s invites you to join %(service)s") % facts,
        paragraphs=[
            _("Hello,"),
            (
                _("%(name)s (%(function)s) invites you to join %(service)s.")
                if inviter.function
                else _("%(name)s invites you to join %(service)s.")
            )
            % facts,
            _("You will find colleagues there, communities that share what they know, and answers to your questions."),
            _("Choose a password to open your account. This link works once, until %(day)s.")
            % {"day": format_date(timezone.localtime(expires_at), "j F Y")},
        ],
        quote=message,
        action=(_("Open my account"), address),
        why=_("You receive this mail because %(name)s gave your address. If you do not wish to join, ignore it.")
        % facts,
    )


def already_here(*, inviter: Any) -> Letter:
    """To somebody who was invited and has an account: the inviter is not told."""
    facts = {"name": inviter.full_name, "service": settings.SERVICE_NAME}
    return Letter(
        subject=_("%(name)s invites you to join %(service)s") % facts,
        paragraphs=[
            _("Hello,"),
            _("%(name)s invites you to join %(service)s, where you already have an account with this address.") % facts,
            _("Sign in to find your colleagues again. If you never signed in, use “First sign-in” on the same page."),
        ],
        action=(_("Sign in"), "/accounts/login/"),
        why=_("You receive this mail because %(name)s gave your address.") % facts,
    )


def welcome(*, person: Any) -> Letter:
    """To the address of an invitation, once it was accepted: its owner learns of it, whoever used the link."""
    facts = {"service": settings.SERVICE_NAME, "first_name": person.first_name}
    return Letter(
        subject=_("Your account on %(service)s is open") % facts,
        paragraphs=[
            _("Hello %(first_name)s,") % facts,
            _("Your account on %(service)s is open. You sign in with this address and the password that you chose.")
            % facts,
            _("If you did not open it yourself, write to %(contact)s at once.") % {"contact": settings.CONTACT_EMAIL},
        ],
        action=(_("Go to %(service)s") % facts, "/"),
        why=_("You receive this mail because an invitation sent to your address was accepted."),
    )


def first_sign_in(*, person: Any, address: str) -> Letter:
    """To an agent who came with the directory and asks to come in."""
    facts = {"service": settings.SERVICE_NAME, "first_name": person.first_name}
    return Letter(
        subject=_("Your first sign-in on %(service)s") % facts,
        paragraphs=[
            _("Hello %(first_name)s,") % facts,
            _("Your administration has prepared your account on %(service)s. Choose your password to open it.") % facts,
            _("This link works once, for three days."),
        ],
        action=(_("Choose my password"), address),
        why=_(
            "You receive this mail because “First sign-in” was asked for with your address. If not by you, ignore it."
        ),
    )


def password_reset(*, person: Any, address: str) -> Letter:
    """To somebody who forgot their password."""
    facts = {"service": settings.SERVICE_NAME, "first_name": person.first_name}
    return Letter(
        subject=_("Choose a new password for %(service)s") % facts,
        paragraphs=[
            _("Hello %(first_name)s,") % facts,
            _("You asked to choose a new password for %(service)s.") % facts,
            _("This link works once, for three days. Your present password stays valid until then."),
        ],
        action=(_("Choose a new password"), address),
        why=_(
            "You receive this mail because a new password was asked for with your address. If not by you, ignore it."
        ),
    )


def security_notice(*, person: Any, what: str) -> Letter:
    """To somebody whose way of signing in has just changed."""
    facts = {"service": settings.SERVICE_NAME, "first_name": person.first_name}
    return Letter(
        subject=_("%(service)s: your sign-in has changed") % facts,
        paragraphs=[
            _("Hello %(first_name)s,") % facts,
            what,
            _("If it was not you, choose a new password at once and write to %(contact)s.")
            % {"contact": settings.CONTACT_EMAIL},
        ],
        action=(_("Sign-in and security"), "/accounts/2fa/"),
        why=_("You receive this mail each time the way you sign in changes."),
    )
