"""What takes how long, by `python -m tests.benchmarks.NAME`; not part of the tests."""
