"""Connectors, each a folder with the same file names."""
