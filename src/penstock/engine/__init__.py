"""Runs flows: plan, mapping resolution, segments, retry, events. Knows DBOS only in one module."""
