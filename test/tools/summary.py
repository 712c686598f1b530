#!/usr/bin/env python3
"""Adds up ctest's result files (JUnit XML): what was skipped and why, what failed, and one closing line."""
import sys
import xml.etree.ElementTree


def main(paths):
    passed = failed = skipped = 0
    for path in paths:
        build = path.rsplit("/", 1)[-1].removesuffix(".xml")
        for case in xml.etree.ElementTree.parse(path).iter("testcase"):
            status = case.get("status")
            skip = case.find("skipped")
            if status == "disabled":
                continue
            if status == "run":
                passed += 1
            elif skip is not None and "SKIP_RETURN_CODE" in skip.get("message", ""):
                skipped += 1
                output = case.findtext("system-out") or ""
                why = next((line for line in output.splitlines() if line.startswith("SKIP")), "SKIP")
                print(f"skipped: {case.get('name')} ({build}): {why[5:].strip()}")
            else:  # also a test that could not be run
                failed += 1
                print(f"failed: {case.get('name')} ({build})")
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
