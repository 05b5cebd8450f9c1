"""The rules of moderation in plain Python: facts in, an outcome out, no database and no framework."""
