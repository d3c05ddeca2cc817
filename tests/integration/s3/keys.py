"""Keys that break careless clients and servers."""

HOSTILE_KEYS = (
    "a b/c  d",
    "plus+and%20percent%",
    "ünïcödé/日本語/🗝",
    "double//slash",
    "../up/../and/./down",
    "/leading",
    "trailing/",
    "quotes'\"&<>;=?#[]{}|\\^`~!@$,:",
    "k" * 1024,
    "é" * 512,
)
