#!/usr/bin/env python3
"""Counts what a test runner did: prints "passed failed skipped" and names what failed on standard error.

usage: count_tests.py swift RESULTS.xml LOG EXIT_CODE
       count_tests.py junit RESULTS.xml EXIT_CODE
       count_tests.py tap RESULTS.tap EXIT_CODE

A runner that died, wrote nothing, ran no test, or exited with an error although nothing failed counts as one failure.
"""

import pathlib
import re
import sys
import xml.etree.ElementTree as ElementTree

FINISHED = re.compile(r"\bTest (?P<name>.+?)(?: with \d+ test cases?)? (?P<verdict>passed|failed) after ")
STARTED = re.compile(r"\bTest (?P<name>\S.*) started\.$")
SKIPPED = re.compile(r"\bTest (?P<name>.+?) skipped(?:\.|:)")


def warn(text):
    print(text, file=sys.stderr)


def junit_cases(path):
    """(name, verdict) of each case of a JUnit file; None when there is no whole file."""
    try:
        root = ElementTree.parse(path).getroot()
    except (OSError, ElementTree.ParseError):
        return None
    cases = []
    for case in root.iter("testcase"):
        name = f"{case.get('classname', '')} {case.get('name', '')}".strip()
        if case.find("failure") is not None or case.find("error") is not None:
            cases.append((name, "failed"))
        elif case.find("skipped") is not None:
            cases.append((name, "skipped"))
        else:
            cases.append((name, "passed"))
    return cases


def swift_cases(path, log):
    """The cases of a Swift Testing run. Its file carries another name when XCTest wrote one too."""
    path = pathlib.Path(path)
    for candidate in (path.with_name(f"{path.stem}-swift-testing{path.suffix}"), path):
        cases = junit_cases(candidate)
        if cases:
            return cases, []
    return swift_cases_of_log(log)


def swift_cases_of_log(log):
    """What a run did before its process died, and the tests that were under way at that moment."""
    cases, running = [], {}
    try:
        text = pathlib.Path(log).read_text(errors="replace")
    except OSError:
        return [], []
    for line in text.splitlines():
        if line.lstrip("◇ ").startswith("Test run "):
            continue
        if found := FINISHED.search(line):
            if "Test run with" in line:
                continue
            running.pop(found["name"], None)
            cases.append((found["name"], found["verdict"]))
        elif found := STARTED.search(line):
            if "Test case passing" not in line:
                running[found["name"]] = True
        elif found := SKIPPED.search(line):
            cases.append((found["name"], "skipped"))
    return cases, list(running)


def tap_cases(path):
    """The leaves of node's TAP output. A file of node 18 and 20 is a test of its own around them: not counted twice."""
    cases = []
    try:
        text = pathlib.Path(path).read_text(errors="replace")
    except OSError:
        return cases
    totals = dict(re.findall(r"^# (pass|fail|cancelled|skipped|todo) (\d+)$", text, re.MULTILINE))
    for verdict, words in (("passed", ("pass",)), ("failed", ("fail", "cancelled")), ("skipped", ("skipped", "todo"))):
        cases += [("", verdict)] * sum(int(totals.get(word, 0)) for word in words)
    return cases


def main(arguments):
    kind, *files, exit_code = arguments
    exit_code = int(exit_code)
    running = []
    if kind == "swift":
        cases, running = swift_cases(*files)
    elif kind == "junit":
        cases = junit_cases(files[0]) or []
    else:
        cases = tap_cases(files[0])
    passed, failed, skipped = (sum(verdict == wanted for _, verdict in cases) for wanted in ("passed", "failed", "skipped"))
    for name, verdict in cases:
        if verdict == "failed" and name:
            warn(f"  failed: {name}")
    if passed + failed + skipped == 0:
        warn(f"  no test ran (exit code {exit_code})")
        failed += 1
    elif exit_code != 0 and (failed == 0 or running or exit_code > 128):
        how = "was stopped at its time limit" if exit_code in (124, 137) else f"ended with exit code {exit_code}"
        warn(f"  the test process {how}, which counts as a failure")
        for name in running:
            warn(f"    under way at that moment: {name}")
        failed += 1
    print(passed, failed, skipped)


if __name__ == "__main__":
    main(sys.argv[1:])
