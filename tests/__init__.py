"""The tests, a module each for a module of the package."""
