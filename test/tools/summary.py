#!/usr/bin/env python3
"""Adds up ctest's result files (JUnit XML): what was skipped and why, each reason once, what failed, and one closing
line."""
import sys
import xml.etree.ElementTree


def main(paths):
    passed = failed = 0
    skipped = {}  # the names, by reason
    for path in paths:
        build = path.rsplit("/", 1)[-1].removesuffix(".xml")
        for case in xml.etree.ElementTree.parse(path).iter("testcase"):
            status = case.get("status")
            skip = case.find("skipped")
            name = f"{case.get('name')} ({build})"
            if status == "disabled":
                continue
            if status == "run":
                passed += 1
            elif skip is not None and "SKIP_RETURN_CODE" in skip.get("message", ""):
                output = case.findtext("system-out") or ""
                why = next((line for line in output.splitlines() if line.startswith("SKIP")), "SKIP")
                skipped.setdefault(why[5:].strip(), []).append(name)
            else:  # also a test that could not be run
                failed += 1
                print(f"failed: {name}")
    for why, names in skipped.items():
        if len(names) == 1:
            print(f"skipped: {names[0]}: {why}")
        else:
            print(f"{len(names)} tests skipped: {why}")
    print(f"{passed} passed, {failed} failed, {sum(map(len, skipped.values()))} skipped")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
