"""The one table of what may become of a comment; nothing changes a state that is not in it."""

from collections.abc import Mapping

from comments.enums import Act, State

NEW = ""
"""Where a comment comes from that has not been stored yet."""

Transitions = Mapping[tuple[str, Act], State]

TRANSITIONS: Transitions = {
    (NEW, Act.HELD): State.HELD,
    (NEW, Act.PUBLISHED): State.PUBLIC,
    # A guest's comment waits for its address first; what the checks said then takes effect.
    (State.UNCONFIRMED, Act.HELD): State.HELD,
    (State.UNCONFIRMED, Act.PUBLISHED): State.PUBLIC,
    (State.HELD, Act.APPROVED): State.PUBLIC,
    (State.HELD, Act.REJECTED): State.REJECTED,
    (State.PUBLIC, Act.REMOVED): State.REMOVED,
    (State.PUBLIC, Act.HELD): State.HELD,
    (State.REJECTED, Act.RESTORED): State.PUBLIC,
    (State.REMOVED, Act.RESTORED): State.PUBLIC,
    # What is undone is decided afresh.
    (State.PUBLIC, Act.UNDONE): State.HELD,
    (State.REJECTED, Act.UNDONE): State.HELD,
    (State.REMOVED, Act.UNDONE): State.HELD,
    (State.UNCONFIRMED, Act.WITHDRAWN): State.WITHDRAWN,
    (State.HELD, Act.WITHDRAWN): State.WITHDRAWN,
    (State.PUBLIC, Act.WITHDRAWN): State.WITHDRAWN,
    (State.REJECTED, Act.WITHDRAWN): State.WITHDRAWN,
    (State.REMOVED, Act.WITHDRAWN): State.WITHDRAWN,
}


def reachable(table: Transitions) -> set[str]:
    """The states that a comment can come to, beginning new or with an address to be confirmed."""
    found: set[str] = {NEW, State.UNCONFIRMED}
    while more := {to for (start, _), to in table.items() if start in found} - found:
        found |= more
    return found


def validate(table: Transitions) -> None:
    """Raises ValueError with what is wrong: an unknown state or act, or a state that cannot be reached."""
    for (start, act), to in table.items():
        if start not in (NEW, *State.values) or act not in Act.values or to not in State.values:
            raise ValueError(f"The transition from {start!r} by {act!r} to {to!r} names what is not known.")
        if start == to:
            raise ValueError(f"The transition from {start!r} by {act!r} changes nothing.")
    if unreachable := set(State.values) - reachable(table):
        raise ValueError(f"No comment can ever be {sorted(unreachable)}.")


validate(TRANSITIONS)
