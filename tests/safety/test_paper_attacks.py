"""Documents that attack: nothing foreign is read, nobody is called, the parent stays small (B13).

What a template prints is escaped before it comes here; these pages are what would arrive if it
were not, drawn by the very function that every document uses.
"""

from __future__ import annotations

import re
import resource
import threading
import zlib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from core.documents import pdf_of
from core.errors import Refused

SECRET = "canary-4711-of-a-foreign-file"
# {file}: a file that holds the secret; {url}: a server that counts who calls it
FOREIGN = (
    '<img src="{file}">', '<img src="file://{file}">', '<img src="{url}/a.png">',
    '<img src="//127.0.0.1:{port}/a.png">', '<img src="HTTP://127.1:{port}/a.png">',
    '<img src="http://2130706433:{port}/a.png">', '<img src="http://0x7f000001:{port}/a.png">',
    '<img src="http://[::1]:{port}/a.png">', '<img src="http://localhost:{port}/a.png">',
    '<img src="../../../../../../../../../../etc/hostname">',
    '<link rel="stylesheet" href="{url}/a.css">', '<link rel="stylesheet" href="{file}">',
    "<style>@import url({url}/b.css);</style>", "<style>@import '{file}';</style>",
    "<style>@font-face {{ font-family: x; src: url({url}/f.ttf) }} p {{ font-family: x }}</style>",
    "<style>@font-face {{ font-family: x; src: url({file}) }} p {{ font-family: x }}</style>",
    "<style>@page {{ background-image: url({url}/bg.png) }}</style>",
    "<style>@page {{ background-image: url({file}) }}</style>",
    '<div style="background-image: url({url}/c.png)">x</div>',
    '<div style="background: url({file})">x</div>',
    '<iframe src="{url}/frame"></iframe>', '<object data="{url}/object"></object>',
    '<embed src="{file}">', '<pdf:include src="{file}">', '<pdf:template src="{file}">',
    '<svg><image href="{url}/svg.png"/></svg>', '<svg><image xlink:href="{file}"/></svg>',
    '<img src="data:image/svg+xml,<svg><image href=\'{url}/d.png\'/></svg>">',
    '<!DOCTYPE x [<!ENTITY e SYSTEM "file://{file}">]><p>&e;</p>',
    '<meta http-equiv="refresh" content="0;url={url}/">', '<base href="{url}/"><img src="x.png">',
    '<script>fetch("{url}/js")</script>', '<pdf:font name="x" src="{file}">',
    "<font color=\"[[[getattr(pow,Word('__globals__'))['os'].system('touch {file}.ran')]]]\">"
    "x</font>",
    '<para><font color="__import__(\'os\').system(\'touch {file}.ran\')">x</font></para>',
    '<a href="file://{file}">x</a>',
)
GREEDY = (
    "<table><tr><td colspan=1000000000>x</td></tr></table>",
    "<table><tr><td rowspan=1000000000>x</td></tr></table>",
    "<p style='font-size: 1e30pt'>x</p>", "<img width=1000000000 src='x.png'>",
    "<div>" * 3000 + "x" + "</div>" * 3000,
)


@pytest.fixture(scope="module")
def peer() -> Iterator[Any]:
    """A server on this machine that remembers who came."""
    class Listener(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            server.calls.append(self.path)  # type: ignore[attr-defined]
            self.send_response(404)
            self.end_headers()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Listener)
    server.calls = []  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def words_of(pdf: bytes) -> bytes:
    """The document with its streams unpacked."""
    found = [pdf]
    for packed in re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.S):
        try:
            found.append(zlib.decompress(packed))
        except zlib.error:
            found.append(packed)
    return b"\n".join(found)


@pytest.mark.parametrize("page", FOREIGN)
def test_nothing_foreign_is_opened(page: str, peer: Any, tmp_path: Path) -> None:
    secret = tmp_path / "secret.png"
    secret.write_text(SECRET)
    port = peer.server_port
    html = page.format(file=secret, url=f"http://127.0.0.1:{port}", port=port)
    try:
        content = words_of(pdf_of(f"<html><body>{html}<p>end</p></body></html>"))
    except Refused:
        content = b""
    assert SECRET.encode() not in content
    assert peer.calls == []
    assert not Path(f"{secret}.ran").exists()


@pytest.mark.parametrize("page", GREEDY, ids=range(len(GREEDY)))
def test_a_greedy_document_hurts_only_itself(page: str) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    try:
        pdf_of(f"<html><body>{page}</body></html>")
    except Refused as refused:
        assert refused.reasons
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100 * 1024
    assert pdf_of("<html><body><p>the next one</p></body></html>").startswith(b"%PDF")


def test_the_peer_would_notice(peer: Any) -> None:
    """The control: an opened address is seen."""
    import urllib.request
    from contextlib import suppress

    with suppress(OSError):
        urllib.request.urlopen(f"http://127.0.0.1:{peer.server_port}/control")
    assert peer.calls == ["/control"]
