"""Relative URLs of requests made by hand: a key and a query, and never another server."""

from urllib.parse import parse_qsl, unquote, urlsplit


def split_relative_url(text: str) -> tuple[str, dict[str, str]]:
    """Key and query, decoded, of a URL relative to a bucket (`/2026/a%20b.txt?tagging`).

    Raises:
        ValueError: it is an absolute one, which could lead to another server.
    """
    path, _, query = text.partition("?")
    if "://" in path or "\\" in path or urlsplit(path).scheme:
        raise ValueError("relative_url has to be relative: requests only go to the bucket")
    if "#" in text:
        raise ValueError("relative_url cannot have a fragment; write # in a key as %23")
    # One slash is the bucket's own: what follows is the key, which may begin with another.
    return unquote(path.removeprefix("/")), dict(parse_qsl(query, keep_blank_values=True))
