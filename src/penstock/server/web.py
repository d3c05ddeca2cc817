"""The pages: what `make ui` built, sent with a policy that lets nothing else into them.

`/` and every address that is neither the API's nor a file's answer with the one page, whose
script then shows the view of that address. Its Content-Security-Policy allows scripts and styles
of this server only, plus the styles that scripts make, which carry the page's nonce: a fresh one
for each page sent. Files under `assets/` have their content's hash in their names, so browsers
may keep them for good. Scripts and styles are sent compressed to whoever takes that: they are the
same for everybody and hold no secret, which could otherwise be guessed by the size of an answer.

Without a build there is the plain page of `home`.
"""

import gzip
import mimetypes
import re
import secrets
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, HTMLResponse, Response
from starlette.convertors import PathConvertor, register_url_convertor
from starlette.exceptions import HTTPException

from penstock.server import home
from penstock.server.authority import Visiting
from penstock.server.dependencies import Served

BUILD: Final = Path(__file__).resolve().parent / "static"

_PLACEHOLDER: Final = "__NONCE__"
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self'; "
    "font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
_KEPT_FOR_GOOD: Final = {"Cache-Control": "public, max-age=31536000, immutable"}
_ASKED_AGAIN: Final = {"Cache-Control": "no-cache"}
_COMPRESSED: Final = frozenset({".js", ".css", ".svg"})
# Named, and not by `q=0` as what is not wanted.
_TAKES_GZIP: Final = re.compile(
    r"(?:^|,)\s*gzip\s*(?:;\s*q=(?!0(?:\.0*)?\s*(?:,|$))[\d.]+\s*)?(?:,|$)"
)

# What the system says of these differs from one to the next, and `nosniff` makes it count.
for _ending, _type in ((".js", "text/javascript"), (".css", "text/css"), (".woff2", "font/woff2")):
    mimetypes.add_type(_type, _ending)


class _PagePath(PathConvertor):
    """Any path but the API's, whose own answers (404, 405) these routes must not shadow."""

    regex = r"(?!api(?:/|$)).*"


register_url_convertor("page_path", _PagePath())


def is_built() -> bool:
    """Whether there are pages, and not the plain page alone."""
    return (BUILD / "index.html").is_file()


def router() -> APIRouter:
    """The addresses of the pages; to be included after all others."""
    build = BUILD
    routes = APIRouter(include_in_schema=False)

    @routes.get("/")
    def first(served: Served, visit: Visiting) -> HTMLResponse:
        caller = visit.caller
        return _page(build) or home.home(served, is_known=caller is not None and caller.may("read"))

    @routes.get("/{path:page_path}")
    def other(path: str, request: Request) -> Response:
        if found := _file(build, path):
            kept = _KEPT_FOR_GOOD if path.startswith("assets/") else _ASKED_AGAIN
            return _sent(found, request, kept)
        if path.startswith("assets/") or not _wants_page(request):
            raise HTTPException(404)
        page = _page(build)
        if page is None:
            raise HTTPException(404)
        return page

    return routes


def _page(build: Path) -> HTMLResponse | None:
    """The page with a nonce of its own; None without a build."""
    try:
        text = (build / "index.html").read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    nonce = secrets.token_urlsafe(18)
    return HTMLResponse(
        text.replace(_PLACEHOLDER, nonce),
        headers={
            "Content-Security-Policy": _POLICY.format(nonce=nonce),
            "Cache-Control": "no-store",
        },
    )


def _file(build: Path, path: str) -> Path | None:
    """The file at `path` inside the build, if there is one: never one outside, or the page."""
    if "\0" in path or path in {"", "index.html"} or path.startswith("."):
        return None
    found = (build / path).resolve()
    return found if found.is_relative_to(build) and found.is_file() else None


def _sent(file: Path, request: Request, headers: Mapping[str, str]) -> Response:
    """The file, compressed where that makes it smaller and the browser takes it."""
    if file.suffix not in _COMPRESSED:
        return FileResponse(file, headers=headers)
    said = {**headers, "Vary": "Accept-Encoding"}
    if not _TAKES_GZIP.search(request.headers.get("accept-encoding", "")):
        return FileResponse(file, headers=said)
    kind, _ = mimetypes.guess_type(file.name)
    body = _gzipped(file, file.stat().st_mtime_ns)
    return Response(body, media_type=kind, headers={**said, "Content-Encoding": "gzip"})


@lru_cache(maxsize=128)
def _gzipped(file: Path, _changed: int) -> bytes:
    """Of a build, once: it has fewer files than are kept."""
    return gzip.compress(file.read_bytes(), mtime=0)


def _wants_page(request: Request) -> bool:
    return "text/html" in request.headers.get("accept", "")
