"""Health: what can be expected of a bot on these articles, what is wrong with them, and what would help most."""
