"""What takes how long, by `python -m tests.benchmarks.NAME`; the tests only see that they run."""
