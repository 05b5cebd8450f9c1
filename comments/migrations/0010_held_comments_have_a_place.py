from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("comments", "0009_fill_places_in_the_queue")]
    operations = [
        migrations.AddConstraint(
            model_name="comment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "held"), _negated=True), ("due_at__isnull", False), _connector="OR"
                ),
                name="held_comment_has_a_place",
            ),
        ),
    ]
