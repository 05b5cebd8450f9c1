"""Uploaded files in a store that speaks S3's protocol, so that every server has them."""

from typing import Any

from botocore.config import Config
from storages.backends.s3 import S3Storage


class SharedFiles(S3Storage):  # type: ignore[misc]  # the library has no types
    """Files at addresses without a signature, never overwritten. Keys come from the environment alone.

    Raises what boto3 raises where the store does not answer: after 3 s without a connection, 20 s without a word.
    """

    def get_default_settings(self) -> dict[str, Any]:
        settings: dict[str, Any] = super().get_default_settings()
        return settings | {
            "default_acl": None,
            "file_overwrite": False,
            "querystring_auth": False,
            "client_config": Config(
                connect_timeout=3,
                read_timeout=20,
                retries={"max_attempts": 2},
                signature_version="s3v4",
                # A bucket's name in the path, and no checksum that S3 alone knows: so all stores understand.
                s3={"addressing_style": "path"},
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        }
