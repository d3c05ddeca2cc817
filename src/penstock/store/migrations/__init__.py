"""Alembic migrations, packaged, and run whenever a database is opened."""
