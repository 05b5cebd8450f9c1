"""Uploaded files: on this machine, or in a store that speaks S3's protocol; here a real server of it on loopback."""

import json
import subprocess
import sys
import warnings
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from django.conf import settings

from tests.faults.serving import environment_of
from tests.integration.test_manage import manage

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from moto.server import ThreadedMotoServer

KEYS = {"AWS_ACCESS_KEY_ID": "the-newsroom", "AWS_SECRET_ACCESS_KEY": "a secret of the tests"}
WORK = """
import json, django
django.setup()
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage as files
first = files.save("pictures/قایق.txt", ContentFile(b"one"))
second = files.save("pictures/قایق.txt", ContentFile(b"two"))
said = {
    "names differ": first != second,
    "read": [files.open(name).read().decode() for name in (first, second)],
    "sizes": [files.size(first), files.size(second)],
    "there": [files.exists(first), files.exists("pictures/none.txt")],
    "address": files.url("pictures/a b.txt"),
    "images": settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]["img-src"][2:],
}
files.delete(first)
said["left"] = [files.exists(first), files.exists(second)]
print(json.dumps(said))
"""


def worked(**environment: str) -> Any:
    """What a process with these settings says after its work with files."""
    done = subprocess.run(
        [sys.executable, "-W", "error::UserWarning", "-c", WORK],
        cwd=settings.BASE_DIR,
        env=environment_of("sqlite:///:memory:", **environment),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


KEPT = {
    "names differ": True,
    "read": ["one", "two"],
    "sizes": [3, 3],
    "there": [True, False],
    "left": [False, True],
}


@pytest.fixture
def store() -> Iterator[str]:
    """The address of a store with an empty bucket."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    keys = {"aws_access_key_id": "the-newsroom", "aws_secret_access_key": "a secret of the tests"}
    boto3.client("s3", endpoint_url=address, region_name="us-east-1", **keys).create_bucket(Bucket="newsroom")
    try:
        yield address
    finally:
        server.stop()


@pytest.mark.filterwarnings("default")
def test_files_are_in_the_store_that_the_setting_names(store: str) -> None:
    said = worked(
        STORAGE_URL=f"s3://newsroom/uploads?endpoint={store}&region=us-east-1",
        MEDIA_URL="https://files.example.org/",
        **KEYS,
    )
    assert said == {
        **KEPT,
        "address": "https://files.example.org/uploads/pictures/a%20b.txt",
        "images": ["https://files.example.org"],
    }
    # Another server, which has nothing of its own, finds what was left.
    again = worked(
        STORAGE_URL=f"s3://newsroom/uploads?endpoint={store}&region=us-east-1",
        MEDIA_URL="https://files.example.org/",
        **KEYS,
    )
    assert again["names differ"] is True


def test_files_are_on_this_machine_without_the_setting(tmp_path: Any) -> None:
    said = worked(MEDIA_ROOT=str(tmp_path))
    assert said == {**KEPT, "address": "/media/pictures/a%20b.txt", "images": []}


@pytest.mark.parametrize(
    ("url", "media", "sentence"),
    [
        (
            "https://bucket.example.org",
            "https://files.example.org/",
            "STORAGE_URL must name a bucket, like s3://bucket/folder?endpoint=https://s3.example.org&region=eu-1.",
        ),
        (
            "s3://bucket?endpiont=https://s3.example.org",
            "https://files.example.org/",
            "STORAGE_URL has endpiont in it. It may name endpoint and region.",
        ),
        (
            "s3://key:secret@bucket",
            "https://files.example.org/",
            "STORAGE_URL holds a key. Keys are read from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
        ),
        (
            "s3://bucket",
            "/media/",
            "MEDIA_URL is '/media/'. Beside STORAGE_URL it must be the address at which readers get the files,"
            " like https://files.example.org/.",
        ),
        (
            "",
            "files.example.org",
            "MEDIA_URL is 'files.example.org'. It begins and ends with a slash, or is an address that ends with one.",
        ),
    ],
)
def test_bad_setting_stops_the_start_with_a_sentence(url: str, media: str, sentence: str) -> None:
    ended = manage("check", DATABASE_URL="sqlite:///:memory:", STORAGE_URL=url, MEDIA_URL=media)
    assert (ended.returncode, ended.stderr) == (1, f"{sentence}\n")
    assert "secret" not in ended.stderr.lower().replace("aws_secret_access_key", "")


def test_files_of_one_machine_beside_a_replica_are_warned_of() -> None:
    database = "postgres://nobody@127.0.0.1:1/none"
    more = {
        "SITE_URL": "https://news.example.org",
        "ALLOWED_HOSTS": "news.example.org",
        "CACHE_URL": "db://kept",
    }
    ended = manage("check", "--deploy", DATABASE_URL=database, REPLICA_URL=database, **more)
    assert "(newsroom.W002) Uploaded files stand on this machine alone." in ended.stderr
