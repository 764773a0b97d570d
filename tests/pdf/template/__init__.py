"""Tests of the fast layout."""
