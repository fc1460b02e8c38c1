"""Read settings from environment variables, and say in words what is wrong with one."""

import os

from django.core.exceptions import ImproperlyConfigured

TRUE_WORDS = {"1", "true", "yes", "on"}
FALSE_WORDS = {"0", "false", "no", "off", ""}
SECRET_LENGTH = 32
SAMPLE_SECRETS = ("change-me", "changeme", "sample", "example", "django-insecure")


def read_flag(name: str, *, default: bool) -> bool:
    """Return the on/off variable `name`; refuse a word that is neither."""
    word = os.environ.get(name)
    if word is None:
        return default
    if word.lower() in TRUE_WORDS:
        return True
    if word.lower() in FALSE_WORDS:
        return False
    raise ImproperlyConfigured(f"{name} is '{word}'. Set it to 1 or 0.")


def read_int(name: str, *, default: int) -> int:
    """Return the whole-number variable `name`; refuse anything else."""
    word = os.environ.get(name, "")
    if not word:
        return default
    try:
        return int(word)
    except ValueError:
        raise ImproperlyConfigured(f"{name} is '{word}'. Set it to a whole number.") from None


def read_list(name: str, *, default: str = "") -> list[str]:
    """Return the comma-separated variable `name` without blanks."""
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


def read_secret(name: str) -> str:
    """Return the secret `name`; refuse a missing, short or sample one."""
    secret = os.environ.get(name, "")
    if not secret:
        raise ImproperlyConfigured(
            f"{name} is not set. Make one with: python -c "
            "'import secrets; print(secrets.token_urlsafe(50))'"
        )
    if len(secret) < SECRET_LENGTH or secret.lower().startswith(SAMPLE_SECRETS):
        raise ImproperlyConfigured(
            f"{name} is short or a sample value. Use at least {SECRET_LENGTH} random characters."
        )
    return secret
