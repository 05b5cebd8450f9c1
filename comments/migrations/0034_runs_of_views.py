from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("comments", "0033_finding_failed"),
    ]

    operations = [
        migrations.AddField(
            model_name="bulkrun",
            name="place",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=600, verbose_name="view and filters"
            ),
        ),
        migrations.AlterField(
            model_name="bulkrun",
            name="scope",
            field=models.CharField(
                choices=[
                    ("selection", "Selected"),
                    ("commenter", "Of one commenter"),
                    ("story", "On one story"),
                    ("campaign", "Nearly the same text"),
                    ("view", "A view of the desk"),
                    ("undo", "Undoing another"),
                ],
                max_length=9,
                verbose_name="what it is about",
            ),
        ),
    ]
