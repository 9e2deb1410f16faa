"""What keeps strangers out: tokens, passwords, limits, origin and headers."""
