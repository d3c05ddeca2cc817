"""Connections: life cycle, external ID, trust probe, capability report, credential broker."""
