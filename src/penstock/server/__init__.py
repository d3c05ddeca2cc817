"""HTTP API on loopback."""
