#!/usr/bin/env python3
"""Compiles the C examples of README.md and docs/*.md, so that they cannot rot. A program (it has an #include) is compiled
as it stands; of others, functions go to the top and statements into a function, after docs_prelude.h. An example with
"..." for what the reader fills in, or with the headers of other libraries, is not whole and is left out.

usage: test_docs.py COMPILER INCLUDE_FOLDER"""
import pathlib
import re
import subprocess
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
COMPILER, INCLUDE = sys.argv[1:3]
FLAGS = ["-std=c11", "-D_GNU_SOURCE", "-S", "-o", "-", "-Wall", "-Wextra", "-Werror", "-Wno-unused", "-Wunused-result",
         "-Wno-unused-parameter", "-I", INCLUDE, "-I", str(ROOT / "src")]
FOREIGN = re.compile(r"\b(uv_|g_unix|event_base|epoll_)")
FUNCTION = re.compile(r"^(static .*\)|DYNOX_ASYNC\(.*|int main\(.*)(?<!;)$")


def examples():
    for path in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]:
        text = path.read_text()
        for match in re.finditer(r"^```c\n(.*?)^```", text, re.M | re.S):
            yield f"{path.name}:{text.count(chr(10), 0, match.start()) + 1}", match.group(1)


def split(code):
    """Functions (from their first line to a } in the first column), and what is left: statements."""
    functions, statements, inside = [], [], False
    for line in code.splitlines():
        inside = inside or bool(FUNCTION.match(line))
        (functions if inside else statements).append(line)
        inside = inside and line != "}"
    return "\n".join(functions), "\n".join(statements).lstrip("\n")


def program(code):
    if "#include" in code:
        return code
    functions, statements = split(code)
    defines = "#define DOCS_DEFINES_SPEND\n" if "DYNOX_ASYNC(int64_t, spend" in functions else ""
    if statements.startswith("    ") and "DYNOX_" in statements:
        end = "" if "DYNOX_END" in statements else "    DYNOX_END\n"
        result = "bool" if re.search(r"DYNOX_RETURN\((true|false)\)", statements) else "void *"
        body = f"DYNOX_ASYNC({result}, example, DOCS_ARGUMENTS, DOCS_LOCALS)\n{{\n    DYNOX_BEGIN\n{statements}\n{end}}}\n"
    else:
        body = f"int example(void)\n{{\n{statements}\nreturn 0;\n}}\n"
    return f'{defines}#include "{HERE}/docs_prelude.h"\n{functions}\n{body}'


class Documentation(unittest.TestCase):
    def test_examples_compile(self):
        compiled = 0
        for place, code in examples():
            if re.search(r"\.\.\.(?!\")", re.sub(r"/\*.*?\*/", "", code)) or FOREIGN.search(code):
                continue
            with self.subTest(place):
                run = subprocess.run([COMPILER, *FLAGS, "-x", "c", "-"], input=program(code), text=True,
                                     capture_output=True)
                self.assertEqual(run.returncode, 0, f"{place}\n{run.stderr}\n{code}")
                compiled += 1
        self.assertGreater(compiled, 20)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
