"""From which database a public page is read: from the replica where that has the page's version, else the primary."""

from collections.abc import Callable
from dataclasses import replace

from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpResponse

from articles.versions import Version
from newsroom import outage, replica

ReadVersion = Callable[[], Version]
Make = Callable[[Version], HttpResponse]


def made_page(read_version: ReadVersion, make: Make) -> HttpResponse:
    """The page, made for its reader and kept by nobody here, of the version in force or newer."""
    version, make_it = origin_of(read_version, make)
    return make_it(version)


def origin_of(read_version: ReadVersion, make: Make) -> tuple[Version, Make]:
    """The version in force, and the way to make a page of it.

    The version is the primary's, so that whoever reads gets what anybody committed before, wherever the page is
    made: on the replica only if it gives the same version, because a replica goes forward alone. Where the replica
    fails, lags or refuses, the page is made on the primary, once more from the start.

    Where the primary is away the version is the replica's, provided that it has all that this process saw of the
    primary (see `newsroom.replica`); else the primary's error is the caller's.
    """
    if replica.primary_resting.is_on and (found := _without_primary(read_version, make)):
        return found
    try:
        version = read_version()
        replica.remember_primary()
        marked = _of(replica.history(), version)
    except (OperationalError, InterfaceError) as error:
        found = _without_primary(read_version, make) if outage.is_away(error) else None
        if found is None:
            raise
        replica.primary_resting.begin(error)
        outage.wait_less(error)
        return found
    return marked, lambda wanted: _made_near(read_version, make, version, wanted)


def _made_near(read_version: ReadVersion, make: Make, version: Version, wanted: Version) -> HttpResponse:
    if version.key is not None and replica.is_usable():
        try:
            with replica.reading():
                if read_version().key == version.key:
                    return make(wanted)
        except (DatabaseError, InterfaceError) as error:
            replica.resting.begin(error)
    return make(wanted)


def _without_primary(read_version: ReadVersion, make: Make) -> tuple[Version, Make] | None:
    if not replica.has_what_was_seen():
        return None
    try:
        with replica.reading():
            version = read_version()
    except (DatabaseError, InterfaceError) as error:
        replica.resting.begin(error)
        return None
    return _of(replica.last_history(), version), lambda wanted: _made_there(make, wanted)


def _made_there(make: Make, wanted: Version) -> HttpResponse:
    try:
        with replica.reading():
            return make(wanted)
    except (DatabaseError, InterfaceError) as error:
        replica.resting.begin(error)
    return make(wanted)


def _of(history: str, version: Version) -> Version:
    """A version's numbers mean the same in one history of the database alone."""
    return version if version.key is None else replace(version, key=(history, *version.key))
