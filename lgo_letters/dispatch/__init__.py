"""E-mail: every letter to the right council, at most once, and not before its day."""
