"""Measurements beside those of others, in one run on one machine. Never part of the tests."""
