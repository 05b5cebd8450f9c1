import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("comments", "0012_figures"),
    ]

    operations = [
        migrations.AddField(
            model_name="letter",
            name="report",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="letters",
                to="comments.report",
            ),
        ),
        migrations.AddField(
            model_name="report",
            name="child_abuse",
            field=models.BooleanField(default=False, verbose_name="reported as sexual abuse of a child"),
        ),
        migrations.AddField(
            model_name="report",
            name="confirmed_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="address confirmed"),
        ),
        migrations.AddField(
            model_name="report",
            name="form_key",
            field=models.UUIDField(default=uuid.uuid4, unique=True, verbose_name="form key"),
        ),
        migrations.AddField(
            model_name="report",
            name="language",
            field=models.CharField(default="en", max_length=10, verbose_name="language"),
        ),
        migrations.AddField(
            model_name="report",
            name="robot_suspected",
            field=models.BooleanField(default=False, verbose_name="filled in as robots do"),
        ),
        migrations.AddField(
            model_name="report",
            name="settled_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="settled"),
        ),
        migrations.AlterField(
            model_name="appeal",
            name="state",
            field=models.CharField(
                choices=[
                    ("open", "Open"),
                    ("granted", "Granted"),
                    ("refused", "Refused"),
                    ("moot", "Settled without an answer"),
                ],
                default="open",
                max_length=8,
                verbose_name="state",
            ),
        ),
        migrations.AlterField(
            model_name="decision",
            name="act",
            field=models.CharField(
                choices=[
                    ("published", "published without findings"),
                    ("held", "held"),
                    ("approved", "approved"),
                    ("rejected", "rejected"),
                    ("removed", "removed"),
                    ("restored", "restored"),
                    ("kept", "left public after reports"),
                    ("granted", "restored on appeal"),
                    ("confirmed", "confirmed on appeal"),
                    ("undone", "undone"),
                    ("withdrawn", "withdrawn by its author"),
                    ("sanctioned", "sanctioned"),
                    ("mode_changed", "discussion changed"),
                ],
                max_length=14,
                verbose_name="act",
            ),
        ),
        migrations.AlterField(
            model_name="letter",
            name="commenter",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="letters",
                to="comments.commenter",
            ),
        ),
        migrations.AlterField(
            model_name="letter",
            name="kind",
            field=models.CharField(
                choices=[
                    ("confirmation", "Please confirm your address"),
                    ("approved", "Your comment was published"),
                    ("statement", "Statement of reasons"),
                    ("report_receipt", "Receipt of a report"),
                    ("report_outcome", "Outcome of a report"),
                    ("appeal_outcome", "Outcome of an appeal"),
                    ("appeal_alarm", "Nobody may answer an appeal"),
                ],
                max_length=16,
                verbose_name="kind",
            ),
        ),
        migrations.AlterField(
            model_name="report",
            name="state",
            field=models.CharField(
                choices=[
                    ("open", "Open"),
                    ("upheld", "Upheld"),
                    ("dismissed", "Dismissed"),
                    ("moot", "Its author took the comment back"),
                ],
                default="open",
                max_length=9,
                verbose_name="state",
            ),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(("child_abuse", False), ("illegal", True), _connector="OR"),
                name="child_abuse_is_illegal",
            ),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.UniqueConstraint(
                condition=models.Q(("reporter__isnull", False), ("state", "open")),
                fields=("comment", "reporter"),
                name="one_open_report_a_reporter",
            ),
        ),
    ]
