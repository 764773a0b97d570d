"""Digital signatures, and whose they are; all that knows pyHanko."""
