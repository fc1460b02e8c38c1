"""Names for people whom reviewers should not recognise."""

from __future__ import annotations

from django.utils.crypto import salted_hmac

# No letters that read like digits, and no vowels that make words.
ALPHABET = "23456789BCDFGHJKMNPQRSTVWXZ"
LENGTH = 4


def pseudonym(project_id: int, user_id: int) -> str:
    """Return a short code for a person: the same throughout a project, another in the next one.

    It rests on the site's secret key, so it cannot be worked out from a person's id. Two people
    of one project share a code about once in 27 ** 4 pairs.
    """
    digest = salted_hmac("reviews.pseudonym", f"{project_id}:{user_id}", algorithm="sha256")
    number = int.from_bytes(digest.digest()[:8], "big")
    code = ""
    for _ in range(LENGTH):
        number, at = divmod(number, len(ALPHABET))
        code += ALPHABET[at]
    return code
