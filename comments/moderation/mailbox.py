"""Brings addresses into the form in which two are the same that reach the same mailbox."""

from __future__ import annotations

DOTS_DO_NOT_MATTER = frozenset({"gmail.com"})
"""Where john.smith is johnsmith, as the provider itself says; with any other one dots tell people apart."""

SAME_DOMAIN = {"googlemail.com": "gmail.com"}
"""Domains that are another one under a second name."""


def mailbox(address: str) -> str:
    """The address in lower case, without a tag behind a plus sign and without dots where they do not matter.

    Tags are those of RFC 5233: mail to "ada+news" goes to "ada" with every provider that knows them; where one
    does not, nobody else has such an address as a rule. "" for what is no address.
    """
    local, at, domain = address.strip().lower().rpartition("@")
    if not at or not local or not domain:
        return ""
    domain = SAME_DOMAIN.get(domain, domain)
    person = local.partition("+")[0] or local
    if domain in DOTS_DO_NOT_MATTER:
        person = person.replace(".", "") or person
    return f"{person}@{domain}"
