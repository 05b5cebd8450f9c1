"""Indexes of the log for what is not about comments, and for what was decided because of a law."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("comments", "0031_days_are_counted_anew"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="decision",
            index=models.Index(
                condition=models.Q(("commenter__isnull", False)),
                fields=["-at", "-id"],
                name="decision_on_commenter",
            ),
        ),
        migrations.AddIndex(
            model_name="decision",
            index=models.Index(
                condition=models.Q(("discussion__isnull", False)),
                fields=["-at", "-id"],
                name="decision_on_discussion",
            ),
        ),
        migrations.AddIndex(
            model_name="decisionground",
            index=models.Index(
                condition=models.Q(("kind", "law")), fields=["decision"], name="ground_of_law"
            ),
        ),
    ]
