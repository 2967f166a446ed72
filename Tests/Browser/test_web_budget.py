"""What a first visit costs: bytes, requests and layout shifts."""

import gzip

import pytest
from playwright.sync_api import expect

LIMIT = 40_000


@pytest.mark.parametrize("path", ["/", "/p/SHOP", "/p/SHOP/cases", "/p/SHOP/runs"])
def test_the_first_screen_is_small(page, path):
    sizes = {}

    def note(response):
        kind = response.headers.get("content-type", "")
        if "/assets/" in response.url and ("javascript" in kind or "css" in kind):
            name = response.url.rsplit("/", 1)[1]
            sizes[name] = response

    page.on("response", note)
    requests = []
    page.on("request", lambda request: requests.append(request.url))
    page.add_init_script("""
        window.shift = 0;
        new PerformanceObserver((list) => { for (const entry of list.getEntries()) window.shift += entry.value; })
          .observe({ type: 'layout-shift', buffered: true });""")
    page.goto(path)
    expect(page.locator("h1")).to_be_visible()
    shift = page.evaluate("window.shift")
    first = [name for name in sizes if name not in ("palette.js",)]
    bytes_ = {name: len(gzip.compress(sizes[name].body(), 6)) for name in first}
    if path == "/":
        assert len(requests) <= 6, requests
        assert sum(bytes_.values()) <= LIMIT, bytes_
    assert shift <= 0.02
