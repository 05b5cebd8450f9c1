"""Stories that are there already: what their readers have beside what was saved last."""

from typing import Any

from django.db import migrations
from django.db.models import Exists, F, OuterRef, Subquery


def compare(apps: Any, editor: Any) -> None:
    using = editor.connection.alias
    article, publication = (apps.get_model("articles", name) for name in ("Article", "Publication"))
    real = publication.objects.using(using).filter(article=OuterRef("pk")).exclude(ends_at=F("starts_at"))
    newest = real.order_by("-starts_at", "-id")
    stories = article.objects.using(using)
    stories.filter(Exists(real)).update(readers_have="older")
    given = {
        "given_number": "revision__number",
        "given_section": "section",
        "given_slug": "slug",
        "given_language": "language",
    }
    same = stories.annotate(
        **{name: Subquery(newest.values(field)[:1]) for name, field in given.items()}
    ).filter(
        given_number=F("last_number"),
        given_section=F("section"),
        given_slug=F("slug"),
        given_language=F("language"),
    )
    stories.filter(pk__in=same.values("pk")).update(readers_have="newest")


class Migration(migrations.Migration):
    dependencies = [("articles", "0006_what_readers_have")]
    operations = [migrations.RunPython(compare, migrations.RunPython.noop)]
