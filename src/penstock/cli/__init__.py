"""The `penstock` command: one module per noun, each a client of the HTTP API."""
