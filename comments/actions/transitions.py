"""The one table of what may become of a comment; nothing changes a state that is not in it."""

from collections.abc import Mapping

from comments.enums import Act, State

NEW = ""
"""Where a comment comes from that has not been stored yet."""

ANSWERS = frozenset({Act.KEPT, Act.CONFIRMED, Act.SECONDED, Act.DOUBTED, Act.WITHHELD, Act.DISCLOSED})
"""Acts that say what stands, and therefore change nothing but the version."""

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
    (State.REJECTED, Act.GRANTED): State.PUBLIC,
    (State.REMOVED, Act.GRANTED): State.PUBLIC,
    # Answers that leave a comment as it is: to those who reported it, to its author.
    (State.PUBLIC, Act.KEPT): State.PUBLIC,
    (State.REJECTED, Act.CONFIRMED): State.REJECTED,
    (State.REMOVED, Act.CONFIRMED): State.REMOVED,
    # What a second person says of what was taken down as illegal; it stays down either way.
    (State.REJECTED, Act.SECONDED): State.REJECTED,
    (State.REMOVED, Act.SECONDED): State.REMOVED,
    (State.REJECTED, Act.DOUBTED): State.REJECTED,
    (State.REMOVED, Act.DOUBTED): State.REMOVED,
    # What is undone is decided afresh.
    (State.PUBLIC, Act.UNDONE): State.HELD,
    (State.REJECTED, Act.UNDONE): State.HELD,
    (State.REMOVED, Act.UNDONE): State.HELD,
    # What was pulled back is put back where it stood.
    (State.HELD, Act.UNDONE): State.PUBLIC,
    (State.UNCONFIRMED, Act.WITHDRAWN): State.WITHDRAWN,
    (State.HELD, Act.WITHDRAWN): State.WITHDRAWN,
    (State.PUBLIC, Act.WITHDRAWN): State.WITHDRAWN,
    (State.REJECTED, Act.WITHDRAWN): State.WITHDRAWN,
    (State.REMOVED, Act.WITHDRAWN): State.WITHDRAWN,
    # Words go from a comment in any state, and come back to it; where it stands it stays.
    **{(state, act): state for state in State for act in (Act.WITHHELD, Act.DISCLOSED)},
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
        if (start == to) != (act in ANSWERS):
            raise ValueError(f"The transition from {start!r} by {act!r} changes nothing, or an answer does.")
    if unreachable := set(State.values) - reachable(table):
        raise ValueError(f"No comment can ever be {sorted(unreachable)}.")


validate(TRANSITIONS)
