"""Reading the source tree: which files there are, and Swift and JavaScript code without comments and literals."""

import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]

# What the repository's .gitignore keeps out.
IGNORED = {".git", "node_modules", "__pycache__", "assay-data", ".cache", ".swiftpm", "DerivedData"}


def files(folder="", suffixes=None):
    """Files below a folder of the repository, in order, as paths relative to the root."""
    found = []
    todo = [ROOT / folder] if (ROOT / folder).is_dir() else []
    while todo:
        for path in todo.pop().iterdir():
            name = path.name
            if name in IGNORED or name.startswith((".build", ".venv")) or path.is_symlink():
                continue
            if path.is_dir():
                todo.append(path)
            elif suffixes is None or path.suffix in suffixes:
                found.append(path.relative_to(ROOT))
    return sorted(found)


def text(path):
    return (ROOT / path).read_text(encoding="utf-8", errors="replace")


def plain_text(path, limit=8_000_000):
    """A file's text, or nothing when it is not text."""
    data = (ROOT / path).read_bytes()[:limit]
    return "" if b"\0" in data else data.decode("utf-8", errors="replace")


def module_of(path):
    """`Sources/Engine/World.swift` belongs to `Engine`, `Tests/TestKit/…` to `TestKit`."""
    return path.parts[1] if len(path.parts) > 2 else None


_SWIFT_CACHE = {}


def swift(path):
    """The lines of a Swift file with comments and string contents blanked, so that words in them are not code."""
    if path not in _SWIFT_CACHE:
        _SWIFT_CACHE[path] = _without_literals(text(path)).split("\n")
    return _SWIFT_CACHE[path]


_TOKEN = re.compile(
    r'//[^\n]*'
    r'|/\*'
    r'|(?P<hashes>\#*)(?P<quotes>"""|")'
)


def _without_literals(source):
    out, position = [], 0
    while found := _TOKEN.search(source, position):
        out.append(source[position:found.start()])
        start = found.start()
        if found.group().startswith("//"):
            end = found.end()
        elif found.group() == "/*":
            end = _end_of_comment(source, found.end())
        else:
            end = _end_of_string(source, found.end(), found["hashes"], found["quotes"], out)
            start = end  # the string has put its own blanks out
        out.append(_blank(source[start:end]))
        position = end
    out.append(source[position:])
    return "".join(out)


def _blank(piece):
    return re.sub(r"[^\n]", " ", piece)


def _end_of_comment(source, position):
    depth = 1
    while depth and (found := re.compile(r"/\*|\*/").search(source, position)):
        depth += 1 if found.group() == "/*" else -1
        position = found.end()
    return position if depth == 0 else len(source)


def _end_of_string(source, position, hashes, quotes, out):
    """Blanks a string but keeps the code of its interpolations; returns where the string ends."""
    closing, opening = quotes + hashes, "\\" + hashes + "("
    out.append('""')
    while position < len(source):
        if source.startswith(closing, position):
            return position + len(closing)
        if source.startswith(opening, position):
            end = _end_of_interpolation(source, position + len(opening))
            out.append(" (" + _without_literals(source[position + len(opening):end]) + ") ")
            position = end + 1
        elif source[position] == "\\" and not hashes:
            out.append(_blank(source[position:position + 2]))
            position += 2
        elif source[position] == "\n" and quotes == '"':
            return position  # an unterminated string: not ours to judge
        else:
            out.append(_blank(source[position]))
            position += 1
    return len(source)


def _end_of_interpolation(source, position):
    depth = 1
    while position < len(source):
        if found := _TOKEN.match(source, position):
            if found["quotes"]:
                position = _end_of_string(source, found.end(), found["hashes"], found["quotes"], [])
                continue
        depth += {"(": 1, ")": -1}.get(source[position], 0)
        if depth == 0:
            return position
        position += 1
    return len(source)


_SCRIPT_COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)


def script(path):
    """The lines of a JavaScript file without comments. Strings stay: what they hold is judged too."""
    source = _SCRIPT_COMMENT.sub(lambda found: _blank(found.group()), _protect_addresses(text(path)))
    return source.split("\n")


def _protect_addresses(source):
    return source.replace("://", ":  ")
