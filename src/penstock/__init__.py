"""Penstock: self-hosted flow automation for Amazon S3."""

__version__ = "0.1.0"
