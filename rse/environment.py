"""The settings that an installation may give: each variable of the environment, its default and what it is for.

`docs/environment.md` shows this list; a test holds both equal.
"""

import os
from dataclasses import dataclass
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Variable:
    """One variable of the environment: its name, the default as it would be written, and what it decides."""

    name: str
    default: str
    meaning: str


VARIABLES = (
    Variable("DEMO", "0", "1: demonstration mode, with open passwords and an outbox on screen; never in production"),
    Variable("SECRET_KEY", "", "key of every signature; required outside demonstration mode"),
    Variable("SECRET_KEY_FALLBACKS", "", "earlier keys, separated by commas, still accepted while keys are rotated"),
    Variable("DATA_DIR", "var", "where database, files and schedule live when no server is named"),
    Variable("DATABASE_URL", "", "PostgreSQL's address; empty: SQLite in DATA_DIR"),
    Variable("REDIS_URL", "", "Redis' address, redis:// or unix://; empty: DATA_DIR/redis.sock"),
    Variable("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]", "host names that the service answers to"),
    Variable("BASE_URL", "http://localhost:8000", "public address, written in mails"),
    Variable("TRUSTED_PROXY_COUNT", "0", "proxies in front, whose X-Forwarded-For is believed"),
    Variable("SERVICE_NAME", "RSE", "name shown in the header, in titles and in mails"),
    Variable("SERVICE_TAGLINE", "Le réseau des agents", "line under the name"),
    Variable("STATE_BRAND", "0", "1: the State's brand (Marianne), reserved by law to the State"),
    Variable("CONTACT_EMAIL", "contact@example.org", "address of the team, shown in the footer and in errors"),
    Variable("DPO_EMAIL", "dpo@example.org", "address of the data protection officer"),
    Variable("EMAIL_HOST", "", "SMTP server; empty: mails wait in the database"),
    Variable("EMAIL_PORT", "25", "port of the SMTP server"),
    Variable("EMAIL_HOST_USER", "", "account on the SMTP server"),
    Variable("EMAIL_HOST_PASSWORD", "", "password on the SMTP server"),
    Variable("EMAIL_USE_TLS", "0", "1: STARTTLS with the SMTP server"),
    Variable("DEFAULT_FROM_EMAIL", "RSE <ne-pas-repondre@example.org>", "sender of every mail"),
    Variable("INVITATION_DAYS", "14", "days during which an invitation may be accepted"),
    Variable("TRASH_DAYS", "30", "days during which what was deleted may be restored"),
    Variable("LOG_LEVEL", "INFO", "lowest level of log lines"),
    Variable("DEBUG", "0", "1: Django's debug pages, for development only"),
)
_DEFAULTS = {variable.name: variable.default for variable in VARIABLES}


def text(name: str) -> str:
    """The value of a declared variable, or its default.

    Raises KeyError for a variable that is not declared in `VARIABLES`.
    """
    return os.environ.get(name, "").strip() or _DEFAULTS[name]


def flag(name: str) -> bool:
    """A variable that is on when written 1, true, yes or on."""
    return text(name).lower() in {"1", "true", "yes", "on"}


def number(name: str) -> int:
    """A whole number; raises ImproperlyConfigured in words when it is none."""
    try:
        return int(text(name))
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {text(name)!r}.") from error


def words(name: str) -> list[str]:
    """A list separated by commas."""
    return [word.strip() for word in text(name).split(",") if word.strip()]


def folder(name: str) -> Path:
    """A folder, made when absent; relative ones start from the checkout."""
    path = Path(text(name))
    path = path if path.is_absolute() else BASE_DIR / path
    path.mkdir(parents=True, exist_ok=True)
    return path
