"""The demo's people and what the newsroom is divided into: sign-ins, sections, topics, authors."""

from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.db import transaction

from articles.models import Author, Section, Topic
from newsroom.accounts.models import User
from newsroom.demo.shapes import Newsroom, Person

ADMIN = "admin"
JOINED = timedelta(days=90)


def hire(newsroom: Newsroom, password: str, now: datetime) -> dict[str, User]:
    """Makes all sign-ins with confirmed addresses and one password; returns them by address."""
    secret = make_password(password)
    return {person.email: _hire(person, secret, now) for person in newsroom.people}


def _hire(person: Person, secret: str, now: datetime) -> User:
    user = User.objects.create(
        email=person.email,
        name=person.name,
        password=secret,
        is_staff=bool(person.group),
        is_superuser=person.group == ADMIN,
        date_joined=now - JOINED,
    )
    if person.group and person.group != ADMIN:
        user.groups.add(Group.objects.get(name=person.group))
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def reset_sign_ins(newsroom: Newsroom, password: str) -> None:
    """Gives the demo's sign-ins this password and lets them in again; other people's stay as they are."""
    secret = make_password(password)
    with transaction.atomic():
        for person in newsroom.people:
            User.objects.filter(email=person.email).update(password=secret, is_active=True)


def furnish(newsroom: Newsroom, staff: dict[str, User]) -> None:
    """Makes sections, topics and authors in the content's order."""
    for position, section in enumerate(newsroom.sections):
        Section.objects.create(
            name=section.name,
            slug=section.slug,
            description=section.description,
            language=section.language,
            position=position,
        )
    for topic in newsroom.topics:
        Topic.objects.create(name=topic.name, slug=topic.slug)
    for author in newsroom.authors:
        Author.objects.create(
            name=author.name,
            slug=author.slug,
            role=author.role,
            biography=author.bio,
            user=staff.get(author.user),
        )
