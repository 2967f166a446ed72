#!/usr/bin/env python3
"""The house rules, as a test over the source tree: each rule is one test.

usage: house_rules.py [--counts FILE] [RULE...]     RULE is a part of a rule's title

Needs Python 3.9 or later and nothing else. CONTRIBUTING.md says why each rule is there.
"""

import sys
import time

import documents
import javascript
import sources

RULES = sources.RULES + javascript.RULES + documents.RULES


def main(arguments):
    counts = None
    if arguments[:1] == ["--counts"]:
        counts, arguments = arguments[1], arguments[2:]
    passed = failed = 0
    started = time.monotonic()
    for title, rule in RULES:
        if arguments and not any(word in title for word in arguments):
            continue
        try:
            complaints = list(rule())
        except (OSError, LookupError, ValueError) as problem:
            complaints = [f"the rule itself failed: {problem!r}"]
        if complaints:
            failed += 1
            print(f"FAILED  {title}")
            for complaint in complaints[:40]:
                print(f"          {complaint}")
            if len(complaints) > 40:
                print(f"          … and {len(complaints) - 40} more")
        else:
            passed += 1
            print(f"ok      {title}")
    print(f"{passed + failed} rules in {time.monotonic() - started:.1f} s")
    if counts:
        with open(counts, "w", encoding="utf-8") as file:
            file.write(f"{passed} {failed} 0\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
