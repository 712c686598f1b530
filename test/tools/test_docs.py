#!/usr/bin/env python3
"""Holds README.md and docs/*.md to what they say: every C and C++ example compiles, and those in C that are whole programs
(they have a main) run and end with 0. Where the text behind a program has "It says `words`", it must say them. Links
between the pages lead somewhere, and README leads to each page. @rows 311.

usage: test_docs.py compile COMPILER INCLUDE_FOLDER
       test_docs.py run COMPILER INCLUDE_FOLDER LIBRARY [FLAG...]    needs a server: see peers.py

An example with an #include is compiled as it stands. Of others, functions and declarations of models go to the top and
statements into a function, after docs_prelude.h, which has what they take for granted; of a page that has the line
<!-- takes docs_models.h for granted --> after that header. An example that uses another library has a line above it,
<!-- with libuv -->, and takes more from that header; where there is no such library it is skipped by name."""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
FLAGS = ["-std=c11", "-D_GNU_SOURCE", "-Wall", "-Wextra", "-Werror", "-Wno-unused", "-Wunused-result",
         "-Wno-unused-parameter"]
LIBRARIES = {"libuv": "libuv", "libevent": "libevent", "GLib": "glib-2.0", "json-c": "json-c", "epoll": None}
EXAMPLE = re.compile(r"^(?:<!-- with (\S+) -->\n)?```c\n(.*?)^```\n(.*?)(?=^```c\n|^<!-- with|\Z)", re.M | re.S)
FUNCTION = re.compile(r"^(static .*\)|DYNOX_ASYNC\(.*|int main\(.*)(?<!;)$")
DECLARATION = re.compile(r"^(typedef |enum |static const |DYNOX_(MODEL|SHAPE|ATTRIBUTE_KIND))")
GRANTED = re.compile(r"^<!-- takes (\S+) for granted -->$", re.M)


class Example:
    def __init__(self, path, text, match):
        self.library, self.code, behind = match.groups()
        granted = GRANTED.search(text)
        self.prelude = granted.group(1) if granted else "docs_prelude.h"
        self.place = f"{path.name}:{text.count(chr(10), 0, match.start(2)) + 1}"
        self.whole = bool(re.search(r"^int main\(", self.code, re.M))
        self.says = re.findall(r"\bIt says `([^`]+)`", behind)


def examples():
    """The first page is the first: it makes the table that others use."""
    first = ROOT / "docs/getting-started.md"
    others = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    for path in [first, *(other for other in others if other != first)]:
        text = path.read_text()
        found = [Example(path, text, match) for match in EXAMPLE.finditer(text)]
        if len(found) != len(re.findall(r"^```c$", text, re.M)):
            sys.exit(f"{path.name}: an example has no end")
        yield from found


def split(code):
    """Functions (from their first line to a } in the first column) and declarations (to a line that ends them), and what
    is left: statements."""
    functions, statements, end = [], [], None
    for line in code.splitlines():
        if not end and FUNCTION.match(line):
            end = re.compile(r"}$")
        elif not end and DECLARATION.match(line):
            end = re.compile(r".*\)$" if line.startswith("DYNOX_") else r"(}|\S).*;$")
        (functions if end else statements).append(line)
        if end and end.match(line):
            end = None
    return "\n".join(functions), "\n".join(statements).lstrip("\n")


def program(example):
    code = example.code
    if "#include" in code:
        return code
    functions, statements = split(code)
    defines = "#define DOCS_DEFINES_SPEND\n" if "DYNOX_ASYNC(int64_t, spend" in functions else ""
    for model in re.findall(r"^} (\w+);$", functions, re.M):
        defines += f"#define DOCS_DEFINES_{model.upper()}\n"
    for model in re.findall(r"^DYNOX_MODEL\((\w+)", functions, re.M):
        defines += f"#define DOCS_DEFINES_{model.upper()}_MODEL\n"
    if example.library:
        defines += f"#define DOCS_WITH_{re.sub('[^A-Z]', '_', example.library.upper())}\n"
    if statements.startswith("    ") and "DYNOX_" in statements:
        end = "" if "DYNOX_END" in statements else "    DYNOX_END\n"
        result = "bool" if re.search(r"DYNOX_RETURN\((true|false)\)", statements) else "void *"
        body = f"DYNOX_ASYNC({result}, example, DOCS_ARGUMENTS, DOCS_LOCALS)\n{{\n    DYNOX_BEGIN\n{statements}\n{end}}}\n"
    else:
        body = f"int example(void)\n{{\n{statements}\nreturn 0;\n}}\n"
    return f'{defines}#include "{HERE}/{example.prelude}"\n{functions}\n{body}'


def pkg_config(*arguments):
    """None: not there."""
    try:
        done = subprocess.run(["pkg-config", *arguments], text=True, capture_output=True)
    except FileNotFoundError:
        return None
    return done.stdout.split() if done.returncode == 0 else None


def flags_of(library):
    """What the library's headers need; None: it is not here."""
    if not library:
        return []
    if library not in LIBRARIES:
        sys.exit(f"<!-- with {library} -->: test_docs.py knows no such library")
    if library == "epoll":
        return [] if sys.platform == "linux" else None
    return pkg_config("--cflags", LIBRARIES[library])


def anchors(text):
    """As the usual sites make them of headings."""
    headings = re.findall(r"^#+ (.*)$", re.sub(r"^```.*?^```", "", text, flags=re.M | re.S), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def lost_links():
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").glob("**/*.md"))]
    linked = set()
    for page in pages:
        for target, anchor in re.findall(r"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]*))?\)", page.read_text()):
            there = (page.parent / target).resolve() if target else page
            if page == pages[0]:
                linked.add(there)
            if not there.exists() or (anchor and anchor not in anchors(there.read_text())):
                yield f"{page.name}: a link leads nowhere: {target}#{anchor}"
    for page in (ROOT / "docs").glob("*.md"):
        if page not in linked:
            yield f"README.md: no link to docs/{page.name}"


def compile_cpp(include):
    """The examples for C++: with an #include as they stand, others are statements with a client called db. None: there is
    no compiler."""
    compiler, failed = shutil.which("c++"), 0
    for path in sorted((ROOT / "docs").glob("*.md")):
        for code in re.findall(r"^```cpp\n(.*?)^```$", path.read_text(), re.M | re.S):
            if not compiler:
                return None
            if "#include" not in code:
                code = f"#include <dynox/dynox.h>\n#include <cstdio>\nvoid example(dynox_client *db)\n{{\n{code}}}\n"
            done = subprocess.run([compiler, "-std=c++17", "-Wall", "-Wextra", "-Werror", "-S", "-o", os.devnull, "-I", include,
                                   "-x", "c++", "-"], input=code, text=True, capture_output=True)
            if done.returncode != 0:
                failed += 1
                print(f"FAIL: {path.name}\n{done.stderr}\n{code}")
    return failed


def compile_all(compiler, include):
    compiled, failed, skipped = 0, compile_cpp(include), []
    if failed is None:
        failed = 0
        skipped.append("the example for C++ needs a compiler called c++; the others compile")
    for lost in lost_links():
        failed += 1
        print(f"FAIL: {lost}")
    for example in examples():
        more = flags_of(example.library)
        if more is None:
            skipped.append(f"the example in {example.place} uses {example.library}, which is not here; the others compile")
            continue
        code = program(example)
        done = subprocess.run([compiler, *FLAGS, "-S", "-o", os.devnull, "-I", include, *more, "-x", "c", "-"], input=code,
                              text=True, capture_output=True)
        compiled += 1
        if done.returncode != 0:
            failed += 1
            print(f"FAIL: {example.place}\n{done.stderr}\n{code}")
    print(f"{compiled} examples compiled, {failed} failed")
    if compiled < 40:
        sys.exit("these are too few: are they found?")
    for place in skipped:
        print(f"SKIP: {place}")
    if failed or (skipped and os.environ.get("DYNOX_REQUIRE_PEERS") == "1"):
        return 1
    return 77 if skipped else 0


def run_one(example, compiler, arguments, folder):
    """What is wrong; None: nothing."""
    source, binary = folder / "example.c", folder / "example"
    source.write_text(example.code)
    done = subprocess.run([compiler, *FLAGS, "-g", str(source), "-o", str(binary), *arguments], text=True,
                          capture_output=True)
    if done.returncode != 0:
        return done.stderr
    try:
        done = subprocess.run([str(binary)], text=True, capture_output=True, cwd=folder, timeout=60)
    except subprocess.TimeoutExpired as late:
        return f"does not end: {late.stdout}"
    if done.returncode != 0 or done.stderr:
        return f"ended with {done.returncode}\n{done.stdout}{done.stderr}"
    for words in example.says:
        if words not in done.stdout.splitlines():
            return f"does not say {words!r}, but\n{done.stdout}"
    return None


def run_all(compiler, include, library, *flags):
    needed = pkg_config("--libs", "libcurl", "libssl", "libcrypto", "json-c")
    if needed is None:
        sys.exit("pkg-config does not know what the library needs")
    for optional in ("libzstd", "liblz4", "zlib", "sqlite3"):
        needed += pkg_config("--libs", optional) or []
    ran, failed = 0, 0
    for example in examples():
        if not example.whole:
            continue
        with tempfile.TemporaryDirectory() as folder:
            wrong = run_one(example, compiler, [*flags, "-I", include, library, *needed, "-pthread"], pathlib.Path(folder))
        ran += 1
        if wrong:
            failed += 1
            print(f"FAIL: {example.place}\n{wrong}\n{example.code}")
    print(f"{ran} programs ran, {failed} failed")
    return 1 if failed or ran < 8 else 0


if __name__ == "__main__":
    sys.exit({"compile": compile_all, "run": run_all}[sys.argv[1]](*sys.argv[2:]))
