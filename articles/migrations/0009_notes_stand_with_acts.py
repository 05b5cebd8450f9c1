"""The note on a revision stood with the act that saved it, too, and could be withheld there alone."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("articles", "0008_corrections_are_withheld")]
    operations = [migrations.RemoveField(model_name="revision", name="note")]
