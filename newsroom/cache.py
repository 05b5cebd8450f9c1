"""Redis as the cache of several machines; while it is away each process has its own, as if there were none."""

from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from newsroom.resting import Rest

PATIENCE = 0.25
"""Seconds to wait for Redis; an answer takes less than one thousandth."""

_rests: dict[str, Rest] = {}


class SharedCache(BaseCache):
    """What is kept here may be gone at any time, so that nobody waits for it and nobody fails without it.

    Pages are known by their version and are right in either; what is counted here (sign-ins that failed) is counted
    by each process for itself while Redis is away. An address may set its own `socket_timeout`.
    """

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        options = {
            "socket_timeout": PATIENCE,
            "socket_connect_timeout": PATIENCE,
            # Once more at once: after a restart of Redis each connection that was kept fails one time.
            "retry": Retry(NoBackoff(), 1),
            **params.get("OPTIONS", {}),
        }
        self._shared = RedisCache(server, {**params, "OPTIONS": options})
        self._own = LocMemCache(f"beside {server}, {self.key_prefix}", params)
        self._rest = _rests.setdefault(server, Rest("The cache", seconds=5))

    def _ask(self, command: str, *about: Any, **more: Any) -> Any:
        if not self._rest.is_on:
            try:
                return getattr(self._shared, command)(*about, **more)
            except RedisError as error:
                self._rest.begin(error)
        return getattr(self._own, command)(*about, **more)

    def add(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> Any:
        return self._ask("add", key, value, timeout, version)

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return self._ask("get", key, default, version)

    def set(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        self._ask("set", key, value, timeout, version)

    def touch(self, key: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> Any:
        return self._ask("touch", key, timeout, version)

    def delete(self, key: Any, version: int | None = None) -> Any:
        return self._ask("delete", key, version)

    def has_key(self, key: Any, version: int | None = None) -> Any:
        return self._ask("has_key", key, version)

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> Any:
        return self._ask("incr", key, delta, version)

    def get_many(self, keys: Any, version: int | None = None) -> Any:
        return self._ask("get_many", keys, version)

    def set_many(self, data: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> Any:
        return self._ask("set_many", data, timeout, version)

    def delete_many(self, keys: Any, version: int | None = None) -> None:
        self._ask("delete_many", keys, version)

    def clear(self) -> Any:
        return self._ask("clear")
