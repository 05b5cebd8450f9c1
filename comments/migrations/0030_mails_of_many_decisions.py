import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("comments", "0029_copies_are_withheld"),
    ]

    operations = [
        migrations.AddField(
            model_name="letter",
            name="bundle",
            field=models.UUIDField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="letter",
            name="carrier",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="carried",
                to="comments.letter",
            ),
        ),
        migrations.AddIndex(
            model_name="letter",
            index=models.Index(
                condition=models.Q(("bundle__isnull", False)), fields=["bundle", "to"], name="letter_bundle"
            ),
        ),
    ]
