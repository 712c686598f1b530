#!/usr/bin/env python3
"""docs/parity.md: which test shows each of the features that it lists.

    parity.py             fails when a row has no test and is not listed as open, or when the page is not up to date
    parity.py --write     writes the last column of the page anew

A test says what it shows in a comment right above it, `/* Rows 59, 61-63. Further words. */` in C and `# Row 4.` in
Python and shell; `@rows 59.` does it anywhere else in a file, which is then named as a whole.
The first columns of the page are kept by hand, the last one is this script's.
"""
import argparse
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE = "docs/parity.md"
# What has no test since it is not there yet. A row that gets one is taken out.
OPEN = {
    "models": "124",
    "services and codecs": "256-275, 290, 312-314",
}
ROW = re.compile(r"\| (\d+) \| (.*) \| ([^|]*) \|$")
NUMBERS = r"Rows? (\d+(?:(?:-|, | and )\d+)*)[.:]"
MARKED = [
    ("*.c", re.compile(r"/\* " + NUMBERS + r"(?:(?!\*/).)*\*/\n(?:static )?(?:\w+ )+\**(\w+)\(", re.S)),
    ("*.py", re.compile(r"# " + NUMBERS + r".*\n(?:\s*#.*\n)*\s*def (\w+)\(")),
    ("*", re.compile(r"@rows (\d+(?:(?:-|, )\d+)*)\.()")),
]


def numbers(text):
    found = []
    for first, last in re.findall(r"(\d+)(?:-(\d+))?", text):
        found.extend(range(int(first), int(last or first) + 1))
    return found


def shown(root):
    """The tests that show each row: {row: [(path, name)]}, the name being "" for a whole file."""
    found = {}
    for path in sorted(root.glob("test/**/*")):
        if not path.is_file() or path.suffix not in (".c", ".h", ".py", ".sh", ".txt") or path.name == "parity.py":
            continue
        text = path.read_text(errors="replace")
        for pattern, marked in MARKED:
            if path.match(pattern):
                for rows, name in marked.findall(text):
                    for row in numbers(rows):
                        found.setdefault(row, []).append((path.relative_to(root).as_posix(), name))
    return found


def unread(root):
    """Comments that look like a mark and are none, for nothing that is a test follows."""
    for path in sorted(root.glob("test/**/*.c")):
        text = path.read_text(errors="replace")
        read = len(MARKED[0][1].findall(text))
        if len(re.findall(r"/\* Rows? \d", text)) != read:
            yield f"{path.relative_to(root)}: a comment about rows has no test right behind it, or no full stop"


def cell(tests, reason):
    if not tests:
        return f"open: {reason}" if reason else "**nothing**"
    files = {}
    for path, name in tests:
        files.setdefault(path, []).append(name)
    return "; ".join(f"[{pathlib.PurePath(path).stem}](../{path}) {', '.join(f'`{name}`' for name in names if name)}"
                     .rstrip() for path, names in files.items())


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="write the page anew")
    parser.add_argument("--root", type=pathlib.Path, default=ROOT, help="another repository (for tests)")
    asked = parser.parse_args()
    page = asked.root / PAGE
    tests = shown(asked.root)
    reasons = {row: reason for reason, rows in OPEN.items() for row in numbers(rows)}
    lines, rows, wrong = [], set(), list(unread(asked.root))
    for line in page.read_text().splitlines():
        found = ROW.match(line)
        if found:
            row = int(found[1])
            rows.add(row)
            line = f"| {row} | {found[2]} | {cell(tests.get(row), reasons.get(row))} |"
            if row not in tests and row not in reasons:
                wrong.append(f"row {row} has no test: {found[2]}")
            if row in tests and row in reasons:
                wrong.append(f"row {row} has a test, but parity.py lists it as open")
        lines.append(line)
    wrong += [f"{path}: there is no row {row}" for row, at in tests.items() if row not in rows for path, _ in at]
    text = "\n".join(lines) + "\n"
    if asked.write:
        page.write_text(text)
    elif text != page.read_text():
        wrong.append(f"{PAGE} is not up to date: test/tools/parity.py --write")
    print("\n".join(wrong) or f"{len(rows)} rows, {len(rows & set(tests))} shown by tests, "
          f"{len(rows & set(reasons))} open")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
