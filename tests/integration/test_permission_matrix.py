"""Every address of the site × everybody who may come: a new address without a row here fails.

Each row has the status that a role gets for GET and for an empty POST. 302 to the sign-in page is written `in`, so that
"sent to sign in" and "done, go on" cannot be mistaken for each other.
"""

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from django.utils import timezone

from articles.models import Correction
from comments.models import Case, PhraseList
from comments.trials import begin as begin_trial
from newsroom.accounts.models import User
from tests.factories import (
    make_article,
    make_author,
    make_comment,
    make_discussion,
    make_policy,
    make_publication,
    make_revision,
    make_section,
    make_topic,
    make_user,
)
from tests.integration.permission_matrix import MATRIX

pytestmark = pytest.mark.django_db

SIGN_IN = ("/accounts/login/", "/admin/login/")
ROLES = ("anonymous", "reader", "reporter", "moderator", "lead", "editor", "admin")
GROUPS = {"reporter": "Reporter", "moderator": "Moderator", "lead": "Moderation lead", "editor": "Editor"}


def addresses(patterns: Any = None, route: str = "", namespace: str = "") -> Iterator[tuple[str, str]]:
    """The name and route of every address that the site answers."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        here = route + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield (f"{namespace}{pattern.name}" if pattern.name else here), here
        else:
            inner = f"{pattern.namespace}:" if getattr(pattern, "namespace", None) else ""
            yield from addresses(pattern.url_patterns, here, namespace + inner)


def is_redirect_only(name: str) -> bool:
    """The admin's own nameless redirects and its catch-all, which lead to addresses that have rows."""
    return name.startswith("admin/") and ("<path:object_id>" in name or "(?P<url>" in name)


NAMES = sorted({name for name, _route in addresses() if not is_redirect_only(name)})


@pytest.fixture
def people(db: None) -> dict[str, User | None]:
    made: dict[str, User | None] = {role: make_user(group=group) for role, group in GROUPS.items()}
    return made | {
        "anonymous": None,
        "reader": make_user(),
        "admin": make_user(is_superuser=True, is_staff=True),
    }


@pytest.fixture
def world(people: dict[str, User | None]) -> dict[str, dict[str, Any]]:
    """What each address is asked about, by the beginning of its name; the longest beginning counts."""
    policy = make_policy()
    next_policy = make_policy(version=policy.version + 1, posted_at=None)
    author, topic = make_author(), make_topic()
    publication = make_publication(
        article=make_article(created_by=people["editor"]), authors=[author], topics=[topic]
    )
    comment = make_comment(discussion=make_discussion(publication.article), policy=policy)
    trial = begin_trial(next_policy, days=7, by=people["admin"], now=timezone.now())  # type: ignore[arg-type]
    draft = make_article(created_by=people["editor"])
    make_revision(draft)
    correction = Correction.objects.create(
        article=publication.article, kind="correction", at=timezone.now(), by=people["editor"]
    )
    phrase_list = PhraseList.objects.create(name="insults")
    now = timezone.now()
    case = Case.objects.create(
        kind="lawyer", received_at=now, deadline=now, opened_by=people["editor"], opened_at=now
    )
    when = timezone.localtime(publication.first_published_at)
    story = {
        "section": publication.section.slug,
        "year": when.year,
        "month": when.month,
        "day": when.day,
        "slug": publication.slug,
    }
    return {
        "": {},
        "story": story,
        "comments:thread": story,
        "comments:new": story,
        "comments:confirm": {"token": "unknown"},
        "comments:permalink": {"uid": comment.uid},
        "comments:mine": {"uid": comment.uid, "token": "wrong"},
        "comments:report": {"uid": comment.uid},
        "comments:your-report": {"uid": comment.uid, "token": "wrong"},
        "comments:resend": {"uid": comment.uid, "token": "wrong"},
        "comments:sanction": {"uid": comment.uid, "token": "wrong"},
        "comments:statement": {"uid": comment.uid, "token": "wrong", "version": 1},
        "comment-policy-translated": {"language": "fa"},
        "comment-policy-version": {"version": policy.version, "language": "fa"},
        "transparency": {"language": "fa"},
        "transparency-month": {"year": "2001", "month": "01", "language": "fa"},
        "topic": {"slug": topic.slug},
        "author": {"slug": author.slug},
        "section": {"slug": publication.section.slug},
        "section_feed": {"slug": publication.section.slug},
        "sitemap": {},
        "sitemap_part": {"section": publication.section.slug},
        "account_confirm_email": {"key": "unknown"},
        "account_reset_password_from_key": {"uidb36": "1", "key": "unknown"},
        "account_reset_password_from_key_done": {},
        "mfa_edit_webauthn": {"pk": 1},
        "mfa_remove_webauthn": {"pk": 1},
        "withheld-one": {"uid": "unknown"},
        "moderation:appeal": {"uid": "unknown"},
        "moderation:run": {"uid": "unknown"},
        "moderation:rules": {},
        "moderation:practice": {},
        "moderation:review": {"uid": str(comment.uid)},
        "moderation:answer": {"uid": str(comment.uid)},
        "moderation:ask": {"uid": str(comment.uid)},
        "moderation:note": {"uid": str(comment.uid)},
        "moderation:case": {"uid": str(case.uid)},
        "moderation:commenter": {"uid": str(comment.commenter.uid)},
        "moderation:look": {"uid": "unknown"},
        "moderation:sanction": {"uid": "unknown"},
        "moderation:comment": {"uid": str(comment.uid)},
        "moderation:story": {"uid": str(publication.article.uid)},
        "moderation:act": {"uid": str(comment.uid)},
        "moderation:preview": {"uid": str(comment.uid)},
        "moderation:ahead": {"uid": str(comment.uid)},
        "moderation:claim": {"uid": str(comment.uid)},
        "moderation:take_over": {"uid": str(comment.uid)},
        "moderation:watch": {"uid": str(comment.uid)},
        "admin:view_on_site": {"content_type_id": 1, "object_id": 1},
        "admin:app_list": {"app_label": "accounts"},
        "admin:articles_article": {"object_id": draft.pk, "pk": draft.pk, "number": 1},
        "admin:articles_section": {"object_id": make_section().pk},
        "admin:articles_topic": {"object_id": topic.pk},
        "admin:articles_author": {"object_id": author.pk},
        "admin:articles_correction": {"object_id": correction.pk},
        "admin:comments_policy": {"object_id": policy.pk, "pk": next_policy.pk, "number": trial.pk},
        "admin:comments_phraselist": {"object_id": phrase_list.pk},
        "admin:comments_commenter": {"object_id": comment.commenter_id},
        "admin:comments_comment": {"object_id": comment.pk},
        "admin:accounts_user": {"object_id": people["reader"].pk},  # type: ignore[union-attr]
        "admin:auth_user_password_change": {"id": people["reader"].pk},  # type: ignore[union-attr]
        "admin:": {"object_id": uuid.uuid4()},
    }


def address_of(name: str, world: dict[str, dict[str, Any]]) -> str:
    """A real address for the name; arguments that it does not take are left out."""
    given = world[max((key for key in world if name.startswith(key)), key=len)]
    for _route, parameters, *_rest in (entry for entries in _entries(name) for entry in entries[0]):
        if set(parameters) <= set(given):
            return reverse(name, kwargs={parameter: given[parameter] for parameter in parameters})
    raise AssertionError(f"The matrix has no example for {name}.")


def _entries(name: str) -> Any:
    resolver = get_resolver()
    *namespaces, plain = name.split(":")
    for namespace in namespaces:
        resolver = resolver.namespace_dict[namespace][1]
    return resolver.reverse_dict.getlist(plain)


def ask(user: User | None, method: str, address: str) -> str:
    """The status as the matrix writes it; whatever the request stored is taken back."""
    client = Client(raise_request_exception=True)
    with transaction.atomic():
        if user:
            client.force_login(user)
        answer = getattr(client, method)(address)
        to_sign_in = answer.status_code == 302 and answer.headers["Location"].startswith(SIGN_IN)
        transaction.set_rollback(True)
    return "in" if to_sign_in else str(answer.status_code)


def test_every_address_has_a_row_and_every_row_an_address() -> None:
    assert sorted(MATRIX) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_address_answers_each_role_as_the_matrix_says(
    name: str, people: dict[str, User | None], world: dict[str, dict[str, Any]]
) -> None:
    address = address_of(name, world)
    found = [" ".join(ask(people[role], method, address) for role in ROLES) for method in ("get", "post")]
    assert found == list(MATRIX[name])
