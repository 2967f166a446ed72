"""Rules over the Swift sources."""

import re

from arrows import ARROWS, STANDARD
from source import ROOT, files, module_of, swift, text

LIMIT = 400
ALLOW_LIST = "Tests/HouseRules/long-files.txt"

_IMPORT = re.compile(
    r"^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:public\s+|internal\s+|package\s+|fileprivate\s+|private\s+)?import\s+"
    r"(?:(?:struct|class|enum|protocol|func|var|let|typealias|actor)\s+)?(?P<module>\w+)"
)


def _program():
    return files("Sources", {".swift"})


def _matches(paths, pattern, message):
    """`path:line: message` for every line of code that the pattern finds."""
    pattern = re.compile(pattern)
    for path in paths:
        for number, line in enumerate(swift(path), 1):
            if found := pattern.search(line):
                yield f"{path}:{number}: {message.format(found.group().strip())}"


def long_files():
    allowed = {}
    for number, line in enumerate(text(ALLOW_LIST).split("\n"), 1):
        line = line.partition("#")[0].split()
        if len(line) == 2 and line[1].isdigit():
            allowed[line[0]] = int(line[1])
        elif line:
            yield f"{ALLOW_LIST}:{number}: not 'PATH LINES'"
    for path in files("", {".swift", ".js", ".mjs", ".py", ".sh"}) + files("scripts", {""}):
        length = text(path).count("\n")
        limit = allowed.pop(str(path), None)
        if limit is None and length > LIMIT:
            yield f"{path}: {length} lines, more than {LIMIT}"
        elif limit is not None and length > limit:
            yield f"{path}: {length} lines, more than the {limit} of {ALLOW_LIST}; it may only shrink"
        elif limit is not None and length <= LIMIT:
            yield f"{path}: {length} lines; take it off {ALLOW_LIST}"
        elif limit is not None and length < limit:
            yield f"{path}: {length} lines; lower its number in {ALLOW_LIST} from {limit}, so that it cannot grow back"
    for path in allowed:
        yield f"{path}: named in {ALLOW_LIST} but absent"


def printing():
    paths = [path for path in _program() if module_of(path) != "assay"]
    return _matches(paths, r"(?<![\w.])(?:debugPrint|print|dump)\(", "{0}…) belongs to the command line (Sources/assay)")


def clock_and_chance():
    paths = [path for path in _program() if path.stem != "World" and not path.stem.startswith("World+")]
    return _matches(
        paths, r"\bDate\(\)|\bDate\.init\(\)|\bDate\.now\b|\bUUID\(\)|\bUUID\.init\(\)",
        "{0} reads the clock or chance; take it from World")


def drivers():
    paths = [path for path in files("Sources", {".swift"}) + files("Tests", {".swift"}) if module_of(path) != "StoreSQLite"]
    return _matches(paths, r"\bimport\s+(?:\w+\s+)?GRDB\w*", "{0} outside StoreSQLite")


def web_server():
    def is_free(path):
        return module_of(path) in {"Server", "ServerTests"} or (module_of(path) == "assay" and "bench" in str(path).lower())

    paths = [path for path in files("Sources", {".swift"}) + files("Tests", {".swift"}) if not is_free(path)]
    return _matches(paths, r"\bimport\s+(?:\w+\s+)?Hummingbird\w*", "{0} outside Server and assay's bench")


def traps():
    yield from _matches(_program(), r"\btry!|\bas!", "{0} ends the server when it is wrong")
    yield from _matches(
        _program(), r"(?<=[\w)\]}])(?<!\btry)(?<!\bas)!(?![=\w(])|(?<=[\w)\]}])(?<!\btry)(?<!\bas)!(?=\()",
        "a forced unwrap ends the server when it is wrong")
    yield from _matches(_program(), r"\bfatalError\(|\bunsafelyUnwrapped\b", "{0} ends the server")


def processes():
    return _matches(
        _program(), r"(?<![\w.])(?:Process|popen|system)\(|\bFoundation\.Process\b", "{0}: Assay starts no other program")


def regular_expressions():
    return _matches(
        _program(),
        r"\bNSRegularExpression\b|\bRegex\s*[<({]|\bRegexBuilder\b|\.regularExpression\b|#/|(?:[=(,:]|\breturn)\s*/(?![/*\s=]).*[^\s]/",
        "a regular expression ({0}): it backtracks without bound; write a scanner")


def spliced_sql():
    """A value that is written into SQL text instead of being bound. `SQLText` interpolates safely and is not `sql:`."""
    spliced = re.compile(r'\bsql:\s*#*"(?:""[^"]*(?:"(?!"")[^"]*)*|(?:\\.|[^"\\\n])*?)\\#*\(')
    for path in _program():
        source = text(path)
        for found in spliced.finditer(source):
            if "PRAGMA " in found.group():  # SQLite binds no values there
                continue
            yield f"{path}:{source.count(chr(10), 0, found.start()) + 1}: a value spliced into sql: …; bind it"


def arrows():
    for folder in sorted(path.name for path in (ROOT / "Sources").iterdir() if path.is_dir()):
        if folder not in ARROWS:
            yield f"Sources/{folder}: not in Tests/HouseRules/arrows.py"
    for path in _program():
        own, others = ARROWS.get(module_of(path), (set(), set()))
        for number, line in enumerate(swift(path), 1):
            found = _IMPORT.match(line)
            if found and found["module"] not in own | others | STANDARD:
                yield f"{path}:{number}: {module_of(path)} may not import {found['module']}"


def unproven():
    """`@unchecked Sendable` and `nonisolated(unsafe)` switch a check of the compiler off: the line above says why it is safe."""
    waiver = re.compile(r"@unchecked\s+Sendable|nonisolated\(unsafe\)")
    for path in files("Sources", {".swift"}) + files("Tests", {".swift"}):
        lines = text(path).split("\n")
        for number, line in enumerate(swift(path)):
            if not waiver.search(line):
                continue
            above = number - 1
            while above >= 0 and lines[above].strip().startswith("@"):
                above -= 1
            if above < 0 or not lines[above].strip().startswith("//"):
                yield f"{path}:{number + 1}: no comment above proves this: {line.strip()}"


RULES = [
    (f"no file is longer than {LIMIT} lines, but for a list that only shrinks", long_files),
    ("only the command line prints", printing),
    ("only World reads the clock and chance", clock_and_chance),
    ("only StoreSQLite imports GRDB", drivers),
    ("only Server imports Hummingbird", web_server),
    ("no try!, as!, forced unwrap or fatalError", traps),
    ("no other program is started", processes),
    ("no regular expressions", regular_expressions),
    ("no value is spliced into SQL", spliced_sql),
    ("modules import along their arrows only", arrows),
    ("every unchecked Sendable is proven", unproven),
]
