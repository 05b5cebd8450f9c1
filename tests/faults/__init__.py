"""Real servers, and what is done to them."""
