"""The database as the cache of several machines, which counts right when many count at once."""

import base64
import pickle
from typing import Any

from django.core.cache.backends.db import DatabaseCache
from django.db import connections, router, transaction
from django.utils import timezone


class CountingCache(DatabaseCache):
    """Django's, but for `incr`, which there reads, adds and writes: of two at once one would be lost."""

    _table: str

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        """The value is so much more, and ends when it would have; ValueError without one. Three queries."""
        name = self.make_and_validate_key(key, version=version)
        using = router.db_for_write(self.cache_model_class)
        connection = connections[using]
        table = connection.ops.quote_name(self._table)
        now = connection.ops.adapt_datetimefield_value(timezone.now().replace(microsecond=0, tzinfo=None))
        with transaction.atomic(using=using), connection.cursor() as cursor:
            # Writing to the row takes it, so that whoever else counts waits for the end of this transaction.
            taken = f"UPDATE {table} SET value = value WHERE cache_key = %s AND expires > %s"  # noqa: S608
            cursor.execute(taken, [name, now])
            cursor.execute(f"SELECT value FROM {table} WHERE cache_key = %s AND expires > %s", [name, now])  # noqa: S608
            row = cursor.fetchone()
            if row is None:
                raise ValueError(f"Key '{key}' not found")
            new: int = pickle.loads(base64.b64decode(row[0])) + delta  # noqa: S301 - the site's own
            value = base64.b64encode(pickle.dumps(new, self.pickle_protocol)).decode("latin1")
            cursor.execute(f"UPDATE {table} SET value = %s WHERE cache_key = %s", [value, name])  # noqa: S608
        return new
