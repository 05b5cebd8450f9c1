"""The policy in several languages, and versions that mend words alone."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("comments", "0025_cases_stand"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PolicyTranslation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        choices=[("en", "English"), ("fa", "Persian")], max_length=10, verbose_name="language"
                    ),
                ),
                ("title", models.CharField(blank=True, max_length=120, verbose_name="title")),
                ("introduction", models.TextField(blank=True, max_length=5000, verbose_name="introduction")),
                (
                    "how_moderated",
                    models.TextField(blank=True, max_length=5000, verbose_name="how comments are moderated"),
                ),
                ("changes", models.TextField(blank=True, max_length=2000, verbose_name="what changed")),
            ],
            options={
                "verbose_name": "translation of a policy",
                "verbose_name_plural": "translations of policies",
            },
        ),
        migrations.CreateModel(
            name="RuleTranslation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        choices=[("en", "English"), ("fa", "Persian")], max_length=10, verbose_name="language"
                    ),
                ),
                ("title", models.CharField(blank=True, max_length=120, verbose_name="title")),
                ("text", models.TextField(blank=True, max_length=3000, verbose_name="text")),
            ],
            options={
                "verbose_name": "translation of a rule",
                "verbose_name_plural": "translations of rules",
            },
        ),
        migrations.AddField(
            model_name="policy",
            name="language",
            field=models.CharField(
                choices=[("en", "English"), ("fa", "Persian")],
                default="en",
                max_length=10,
                verbose_name="written in",
            ),
        ),
        migrations.AddField(
            model_name="policy",
            name="mends",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="mended_by",
                to="comments.policy",
                verbose_name="mends",
            ),
        ),
        migrations.AddConstraint(
            model_name="policy",
            constraint=models.CheckConstraint(
                condition=models.Q(("mends__isnull", True), ("mends__lt", models.F("id")), _connector="OR"),
                name="policy_mends_an_earlier_one",
            ),
        ),
        migrations.AddField(
            model_name="policytranslation",
            name="policy",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="translations", to="comments.policy"
            ),
        ),
        migrations.AddField(
            model_name="ruletranslation",
            name="rule",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="translations", to="comments.rule"
            ),
        ),
        migrations.AddConstraint(
            model_name="policytranslation",
            constraint=models.UniqueConstraint(fields=("policy", "language"), name="policy_once_a_language"),
        ),
        migrations.AddConstraint(
            model_name="ruletranslation",
            constraint=models.UniqueConstraint(fields=("rule", "language"), name="rule_once_a_language"),
        ),
    ]
