"""Who may withhold words and read what is withheld."""

from typing import Any


def can_withhold(user: Any) -> bool:
    """Withhold words on legal grounds, read what was withheld, show it again or destroy it."""
    return bool(user.is_active and user.is_staff and user.has_perm("withholding.withhold_words"))
