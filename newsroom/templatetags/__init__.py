"""The project's own template filters."""
