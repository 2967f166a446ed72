"""Rules over the documents, and over what may stand in any file."""

import re
import urllib.parse

from arrows import ARROWS
from source import ROOT, files, plain_text, text

_CODE_BLOCK = re.compile(r"^(```|~~~).*?^\1\s*$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"(?<!!)\[[^\]\n]*\]\(\s*<?(?P<target>[^)\s>]+)>?[^)]*\)|!\[[^\]\n]*\]\(\s*(?P<image>[^)\s]+)[^)]*\)")
_HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*$", re.MULTILINE)
_PATH = re.compile(r"`((?:Sources|Tests|docs|scripts|deploy|Benchmarks|\.ci)/[^`\s]*|[A-Z]\w+\.(?:swift|md))`")

# Folders of the machines that this was written on. Spelled in pieces: this file is searched too.
_MACHINE = re.compile("|".join(re.escape("/" + name) + r"\b" for name in ("work/", "root/", "tmp/bash" + "_jobs", "opt/" + "swift")))


def _pages():
    return [path for path in files("", {".md"}) if path.parts[0] == "docs" or len(path.parts) == 1] + files("deploy", {".md"})


def _blank(found):
    return re.sub(r"[^\n]", " ", found.group())


def _prose(path, spans=re.compile(r"`[^`\n]+`")):
    """A page without its code blocks and code spans."""
    return spans.sub(_blank, _CODE_BLOCK.sub(_blank, text(path)))


def _anchor(heading):
    """The name that GitHub gives a heading."""
    heading = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).strip().lower()
    return re.sub(r"[^\w\- ]", "", heading).replace(" ", "-")


def _has_heading(file, anchor):
    page = _CODE_BLOCK.sub(_blank, text(file.relative_to(ROOT)))
    return anchor in map(_anchor, _HEADING.findall(page))


def links():
    for path in _pages():
        prose = _prose(path)
        for found in _LINK.finditer(prose):
            target = urllib.parse.unquote(found["target"] or found["image"])
            if re.match(r"[a-z][a-z0-9+.-]*:", target, re.IGNORECASE):
                continue
            where = f"{path}:{prose.count(chr(10), 0, found.start()) + 1}"
            name, _, anchor = target.partition("#")
            file = (ROOT / path.parent / name).resolve() if name else ROOT / path
            if not file.exists():
                yield f"{where}: {target} is not there"
            elif anchor and file.suffix == ".md" and not _has_heading(file, anchor):
                yield f"{where}: {target} has no such heading"


def guides():
    """Every path that a guide names exists. `<Name>` and `…` stand for what the reader adds and match anything."""
    for path in files("docs", {".md"}):
        if not path.name.startswith("adding-"):
            continue
        for number, line in enumerate(text(path).split("\n"), 1):
            for name in _PATH.findall(line):
                pattern = re.sub(r"<[^>]*>|…|\.\.\.|NNNN", "*", name).rstrip("/")
                pattern = pattern if "/" in pattern else f"**/{pattern}"
                if not any(ROOT.glob(pattern)):
                    yield f"{path}:{number}: {name} is not there"


def modules_page():
    """The table of docs/modules.md says what Tests/HouseRules/arrows.py checks."""
    page = {}
    for line in text("docs/modules.md").split("\n"):
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if len(cells) == 4 and cells[0].startswith("`"):
            page[cells[0].strip("`")] = [set(re.findall(r"`(\w+)`", cell)) for cell in cells[2:]]
    for module, (own, others) in ARROWS.items():
        written = page.pop(module, None)
        if written is None:
            yield f"docs/modules.md: no row for {module}"
            continue
        for kind, wanted, found in zip(("modules", "libraries"), (own, others), written):
            for name in sorted(wanted - found):
                yield f"docs/modules.md: {module} may import {name}, which its {kind} do not say"
            for name in sorted(found - wanted):
                yield f"docs/modules.md: {module} names {name}, which Tests/HouseRules/arrows.py forbids"
    for module in page:
        yield f"docs/modules.md: {module} is not a module"


def machine_paths():
    for path in files():
        for number, line in enumerate(plain_text(path).split("\n"), 1):
            if found := _MACHINE.search(line):
                yield f"{path}:{number}: a folder of somebody's machine: {found.group()}"


RULES = [
    ("links between documents lead somewhere", links),
    ("guides name files that exist", guides),
    ("docs/modules.md shows the arrows", modules_page),
    ("no path of a particular machine", machine_paths),
]
