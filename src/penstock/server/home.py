"""A plain page that says what is running: what `GET /` answers where no pages are built."""

import hashlib
from base64 import b64encode
from html import escape

from fastapi.responses import HTMLResponse

from penstock import __version__
from penstock.server.application import Application

_STYLE = """
:root { color-scheme: light dark; --line: #8884; --soft: #8882; }
body { font: 16px/1.55 system-ui, sans-serif; max-width: 42rem; margin: 12vh auto;
       padding: 0 1.5rem }
h1 { font-size: 1.6rem; font-weight: 650; margin: 0 } h1 span { font-weight: 400; opacity: .6 }
p { margin: .4rem 0 1.6rem; opacity: .8 }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .55rem 1.5rem; margin: 0;
     border-block: 1px solid var(--line); padding: 1.1rem 0 }
dt { opacity: .6 } dd { margin: 0; overflow-wrap: anywhere }
code { background: var(--soft); border-radius: 4px; padding: .1em .35em; font-size: .92em }
nav { margin-top: 1.4rem; display: flex; gap: 1.2rem; flex-wrap: wrap } a { color: inherit }
"""
_HASH = b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_POLICY = (
    f"default-src 'none'; style-src 'sha256-{_HASH}'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)


def home(served: Application, *, is_known: bool) -> HTMLResponse:
    """No script, no other resource: the page's policy allows nothing but its own style.

    Args:
        is_known: whether it is known who asks, and may read.
    """
    rows = "".join(
        f"<dt>{escape(name)}</dt><dd>{value}</dd>"
        for name, value in _facts(served, is_known).items()
    )
    body = f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Penstock</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>{_STYLE}</style></head><body>
<h1>Penstock <span>{escape(__version__)}</span></h1>
<p>Flow automation for Amazon S3, with connections that hold no keys.</p>
<dl>{rows}</dl>
<nav><a href="/api/v1/connections">Connections</a><a href="/api/v1/flows">Flows</a>
<a href="/api/v1/runs">Runs</a><a href="/api/v1/cards">Cards</a>
<a href="/api/v1/openapi.json">OpenAPI</a></nav>
{_how_to_build(is_known)}
</body></html>"""
    return HTMLResponse(body, headers={"Content-Security-Policy": _POLICY})


def _how_to_build(is_known: bool) -> str:
    if not is_known:
        return ""
    return (
        "<p><br>These are the bare facts. The pages with flows, runs and connections are built "
        "with Node.js: <code>make ui</code> in Penstock's source, then load this page again.</p>"
    )


def _facts(served: Application, is_known: bool) -> dict[str, str]:
    facts = {"Status": "running" if served.worker else "running, without a worker"}
    if not is_known:
        # Whoever that is learns no more than that it runs.
        return facts | {"Access": "the API wants to know who asks"}
    connections = served.connections.list()
    verified = sum(each.status == "verified" for each in connections)
    running = len(served.runs.list(status="running", limit=1000))
    return facts | {
        "Data": f"<code>{escape(str(served.data))}</code>",
        "Connections": f"{len(connections)}, {verified} of them verified",
        "Flows": str(len(served.flows.list())),
        "Runs now": str(running),
        "Cards": str(len(served.catalog.cards())),
    }
