"""The CLI's own parts."""
