"""All checks that a policy may use, by name: the one place that knows them all."""

from __future__ import annotations

from comments.moderation.checks import (
    flood,
    length,
    links,
    personal_data,
    phrases,
    repeated_text,
    shouting,
)
from comments.moderation.checks.spec import CheckSpec, ParameterKind, ParameterSpec
from comments.moderation.text import READ_AT_MOST

__all__ = ["CHECKS", "CheckSpec", "ParameterKind", "ParameterSpec"]

SPECS = (
    CheckSpec(
        name=length.NAME,
        title="Length",
        parameters=(
            ParameterSpec(
                name="min_characters", label="Fewest characters", minimum=1, maximum=1_000, default=2
            ),
            ParameterSpec(
                name="max_characters",
                label="Most characters",
                minimum=1,
                maximum=READ_AT_MOST,
                default=3_000,
            ),
        ),
        shows_words=False,
        can_be_overridden=False,
        run=length.check,
    ),
    CheckSpec(
        name=links.NAME,
        title="Links",
        parameters=(ParameterSpec(name="max_links", label="Most links", minimum=0, maximum=100, default=2),),
        shows_words=True,
        can_be_overridden=True,
        run=links.check,
    ),
    CheckSpec(
        name=phrases.NAME,
        title="Listed words and phrases",
        parameters=(ParameterSpec(name="list", label="Phrase list", kind=ParameterKind.LIST),),
        shows_words=True,
        can_be_overridden=True,
        run=phrases.check,
    ),
    CheckSpec(
        name=personal_data.NAME,
        title="E-mail addresses and telephone numbers",
        parameters=(),
        shows_words=True,
        can_be_overridden=True,
        run=personal_data.check,
    ),
    CheckSpec(
        name=shouting.NAME,
        title="Shouting",
        parameters=(
            ParameterSpec(
                name="max_share_percent",
                label="Most capital letters, in percent",
                minimum=1,
                maximum=99,
                default=60,
            ),
            ParameterSpec(
                name="min_letters",
                label="Only from this many letters on",
                minimum=4,
                maximum=1_000,
                default=20,
            ),
        ),
        shows_words=True,
        can_be_overridden=True,
        run=shouting.check,
    ),
    CheckSpec(
        name=repeated_text.NAME,
        title="Repeated text",
        parameters=(
            ParameterSpec(
                name="max_run",
                label="Same character or word in a row, or same line, at most",
                minimum=2,
                maximum=1_000,
                default=8,
            ),
        ),
        shows_words=True,
        can_be_overridden=True,
        run=repeated_text.check,
    ),
    CheckSpec(
        name=flood.NAME,
        title="Too many comments at once",
        parameters=(
            ParameterSpec(name="max_comments", label="Most comments", minimum=1, maximum=1_000, default=5),
            ParameterSpec(name="minutes", label="within minutes", minimum=1, maximum=1_440, default=10),
        ),
        shows_words=False,
        can_be_overridden=False,
        run=flood.check,
    ),
)

CHECKS: dict[str, CheckSpec] = {spec.name: spec for spec in SPECS}
