"""Listens to a page and fails its test on what a visitor would not see: policy violations, errors, foreign requests."""

import re
import urllib.parse

POLICY = re.compile(r"content.security.policy|\bCSP\b|trusted.?types?|refused to (?:apply|execute|load|connect|evaluate)", re.IGNORECASE)


class Watch:
    def __init__(self, address):
        self.address = address
        self.problems = []
        self._pages = []
        self._allowed = []

    def allow(self, pattern):
        """For a test that provokes a problem on purpose: a regular expression of the problem's text."""
        self._allowed.append(re.compile(pattern))

    def attach(self, page):
        self._pages.append(page)
        page.on("console", self._console)
        page.on("pageerror", lambda error: self._note(f"page error on {page.url}: {error}"))
        page.on("crash", lambda: self._note(f"the page crashed: {page.url}"))
        page.on("request", self._request)

    def _console(self, message):
        # Answers that refuse something are a part of the play; the page's own words about them are tested where they stand.
        is_error = message.type == "error" and not message.text.startswith("Failed to load resource")
        if is_error or POLICY.search(message.text):
            self._note(f"console: {message.text}")

    def _request(self, request):
        scheme = urllib.parse.urlsplit(request.url).scheme
        if scheme in {"http", "https", "ws", "wss"} and not request.url.startswith(self.address + "/"):
            self._note(f"a request to another host: {request.url}")

    def _note(self, problem):
        self.problems.append(problem)

    def check(self):
        for page in self._pages:
            if not page.is_closed():
                page.title()  # a round trip: what the page has said before it has arrived after it
        left = [problem for problem in self.problems if not any(pattern.search(problem) for pattern in self._allowed)]
        assert not left, "\n".join(left)
