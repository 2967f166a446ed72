"""Rules over the web application: nothing that the content security policy or Trusted Types would refuse."""

import re

from source import files, script, text

_MARKUP = re.compile(
    r"\.(?:innerHTML|outerHTML|srcdoc)\b|\binsertAdjacentHTML\b|\bdocument\s*\.\s*write(?:ln)?\b|\bcreateContextualFragment\b"
    r"|\bsetHTMLUnsafe\b|\bparseHTMLUnsafe\b")
_EVALUATION = re.compile(
    r"(?<![\w.])eval\s*\(|\bnew\s+Function\b|(?<![\w.])Function\s*\(|\bset(?:Timeout|Interval)\s*\(\s*[\"'`]")
_INLINE = re.compile(r"<[a-zA-Z][^<>\n]*\s(?:style|on[a-z]+)\s*=\s*\\?[\"'{]|[\s\"'`]style=\\?[\"']")
_OUTSIDE = re.compile(
    r"\b(?:import|from)\s*\(?\s*[\"'](?:https?:)?//|(?:src|href)=\\?[\"'](?:https?:)?//[^\"']+\.(?:js|css|woff2?)|@import\s")


def _modules():
    return files("Sources", {".js", ".mjs"})


def _find(paths, pattern, message, lines_of):
    for path in paths:
        for number, line in enumerate(lines_of(path), 1):
            if found := pattern.search(line):
                yield f"{path}:{number}: {message}: {found.group().strip()}"


def _lines(path):
    return text(path).split("\n")


def markup():
    return _find(_modules(), _MARKUP, "markup from a string; build elements instead", script)


def evaluation():
    return _find(_modules(), _EVALUATION, "code from a string", script)


def inline():
    yield from _find(_modules(), _INLINE, "an inline style or handler in HTML", script)
    yield from _find(files("Sources", {".html", ".mustache"}), _INLINE, "an inline style or handler in HTML", _lines)
    pages = [path for path in files("Sources", {".swift"}) if path.parts[1] in {"WebApp", "Server", "Wire"}]
    yield from _find(pages, _INLINE, "an inline style or handler in HTML", script)


def outside():
    return _find(
        files("Sources/WebApp", {".js", ".mjs", ".css", ".html", ".mustache", ".swift"}), _OUTSIDE,
        "something that another host would have to serve", _lines)


RULES = [
    ("the web application writes no markup from strings", markup),
    ("the web application evaluates no strings", evaluation),
    ("HTML carries no inline style or handler", inline),
    ("the web application loads nothing from other hosts", outside),
]
