"""Tests of letters as plain data."""
