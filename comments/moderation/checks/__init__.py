"""All checks that a policy may use, by name: the one place that knows them all."""

from __future__ import annotations

from comments.moderation.checks import (
    alike,
    domains,
    flood,
    length,
    links,
    mixed_scripts,
    off_site,
    other_script,
    personal_data,
    phrases,
    possible_return,
    repeated_text,
    shouting,
    staff_names,
)
from comments.moderation.checks.spec import CheckSpec, Need, ParameterKind, ParameterSpec, Told

__all__ = ["CHECKS", "CheckSpec", "Need", "ParameterKind", "ParameterSpec", "Told"]

CHECKS: dict[str, CheckSpec] = {
    module.SPEC.name: module.SPEC
    for module in (
        length,
        links,
        domains,
        phrases,
        personal_data,
        off_site,
        shouting,
        repeated_text,
        flood,
        mixed_scripts,
        other_script,
        staff_names,
        alike,
        possible_return,
    )
}
