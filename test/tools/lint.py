#!/usr/bin/env python3
"""Checks what a compiler does not: the rules of this repository. `./dev lint` runs it.

    lint.py [--build FOLDER] [CHECK...]      FOLDER: a finished build with compile_commands.json and libdynox
"""
import argparse
import concurrent.futures
import os
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
FLOORS = ["base", "async", "value", "http", "aws", "local", "services", "observe", "client", "model", "cli"]
# The rooms of a floor, the lower ones first. A floor without rooms is not in here.
ROOMS = {
    "async": ["executor", "future", "combine", "loop", "stream", "coroutine"],
    "value": ["text", "item", "json", "json_c", "expr", "compress", "bind"],
    "http": ["transport", "curl", "wire", "poller", "engine", "fetch"],
    "aws": ["crypto", "config", "endpoint", "credentials", "sign", "retry", "flow", "nodes", "call"],
    "local": ["store", "wire", "evaluate", "validate", "table", "partiql", "operation", "engine", "server"],
    "services": ["format", "source", "sts", "sso", "provider"],
    "client": ["core", "item", "query", "batch", "transact", "partiql", "table"],
}

# Who may include the libraries underneath, and what only one system has; "*" matches within a folder.
LIBRARIES = {
    "curl/": ["src/http/curl/*", "src/http/fetch/*", "src/http/wire/*", "samples/sign_sts.c", "samples/otlp_export.c"],
    "json-c/": ["src/value/json_c/json.c", "src/value/json_c/json_c.h", "src/value/json_c/json_kind.c", "src/value/json_c/json_value.h", "src/services/format/json_document.c", "include/dynox/json.h"],
    "sys/epoll.h": ["src/http/poller/poller_epoll.c", "include/dynox/loop/epoll.h"],
    "sys/event.h": ["src/http/poller/poller_kqueue.c"],
    "sys/eventfd.h": ["src/async/loop/wakeup.c"],
    "linux/": ["src/async/executor/park.c", "src/http/wire/wire.c"],
    "sys/(syscall|prctl|timerfd|signalfd|inotify|sendfile|random|auxv).h": ["src/async/executor/park.c", "src/base/random.c", "src/value/json/crc32.c"],
    "sqlite3.h": ["src/local/store/file_connection.h"],
    "zstd.h": ["src/value/compress/zstd.c"],
    "lz4.h": ["src/value/compress/lz4.c"],
    "zlib.h": ["src/value/compress/gzip.c", "src/local/server/gzip.c"],
    "openssl/": ["src/aws/crypto/digest.*", "src/http/curl/tls.*", "src/http/curl/openssl.c", "src/http/curl/curl_handle.c", "src/services/sso/sign_in_proof.c"],
}
# What the headers of include/dynox/loop are for, as pkg-config knows it.
LOOP_PACKAGES = {"uv": "libuv", "glib": "glib-2.0", "event": "libevent"}
# In the library. Tests and samples may use malloc and the like, but not these.
BANNED_EVERYWHERE = ("strcpy", "strcat", "sprintf", "vsprintf", "gets", "strtok", "atoi", "atol", "atof", "alloca")
BANNED_FUNCTIONS = {
    "strcpy": "no bound", "strcat": "no bound", "sprintf": "no bound", "vsprintf": "no bound", "gets": "no bound",
    "strtok": "hidden state", "atoi": "no errors", "atol": "no errors", "atof": "no errors, locale",
    "strtod": "locale", "alloca": "no failure", "setlocale": "the program's affair", "signal": "the program's affair",
    "exit": "the program's affair", "abort": "the program's affair", "rand": "weak", "gmtime": "hidden state",
    "localtime": "hidden state", "strerror": "not thread-safe", "getpwuid": "not thread-safe",
    **dict.fromkeys(("strcasecmp", "strncasecmp", "strcasestr", "strcoll", "tolower", "toupper", "isalpha", "isalnum",
                     "isupper", "islower", "isspace", "isprint", "ispunct", "iscntrl", "isdigit", "isxdigit"),
                    "locale: base/ascii.h"),
    "malloc": "use dynox__malloc", "calloc": "use dynox__calloc", "realloc": "use dynox__realloc",
    "free": "use dynox__free", "strdup": "use dynox__strdup", "strndup": "use dynox__strndup",
}
# Where one of them is right: behind our own names, after a mistake that cannot go on, for text without a decimal point.
ALLOWED_FUNCTIONS = {(path, name) for path in ("src/base/alloc.c", "src/http/curl/openssl.c")
                     for name in ("malloc", "calloc", "realloc", "free")} | {
    ("src/async/future/trace.c", "abort"), ("src/async/coroutine/await.c", "abort"), ("src/value/text/number.c", "strtod")}
BANNED_WORDS = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
LONGEST_FILE = 800


def files(*patterns):
    return sorted(path for pattern in patterns for path in ROOT.glob(pattern) if path.is_file())


def name_of(path):
    return path.relative_to(ROOT).as_posix()


def tracked():
    """Every text file that belongs to the repository, or is about to."""
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, stdout=subprocess.PIPE,
                            text=True, check=True).stdout.splitlines()
    return [ROOT / name for name in listed
            if (ROOT / name).is_file() and b"\0" not in (ROOT / name).read_bytes()[:8192] and "/corpus/" not in name]


def code_only(text):
    """The text with comments and strings blanked out; lines stay where they are."""
    def blank(match):
        return re.sub(r"[^\n]", " ", match.group(0))
    return re.sub(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', blank, text, flags=re.S)


def line_of(text, position):
    return text.count("\n", 0, position) + 1


# ---- checks: each yields (path, line, what is wrong) ----

def misplaced(floor, room, included):
    """What is wrong with including "a/b/c.h" in a file of that floor and room (None: it has no rooms)."""
    parts = included.split("/")
    if parts[0] not in FLOORS:
        return f"no such floor: {parts[0]}"
    if FLOORS.index(parts[0]) > FLOORS.index(floor):
        return f"{floor} must not know {parts[0]}"
    rooms = ROOMS.get(parts[0])
    if not rooms:
        return None
    if len(parts) < 3 or parts[1] not in rooms:
        return f"no such room: {'/'.join(parts[:-1])}"
    if parts[0] == floor and room in rooms and rooms.index(parts[1]) > rooms.index(room):
        return f"{floor}/{room} must not know {floor}/{parts[1]}"
    return None


def check_floors():
    """A file stands in a room, if its floor has any, and includes its own room and lower ones only."""
    for path in files("src/*/*.[ch]", "src/*/*/*.[ch]"):
        floor, *room = path.parent.relative_to(ROOT / "src").parts
        if floor not in FLOORS:
            continue
        room = room[0] if room else None
        if floor in ROOMS and room not in ROOMS[floor]:
            yield path, 1, f"the rooms of {floor} are {', '.join(ROOMS[floor])}"
        for number, line in enumerate(path.read_text().splitlines(), 1):
            found = re.match(r'\s*#\s*include\s+"([^"]+)"', line)
            if found and "/" not in found[1]:
                yield path, number, 'include as "floor/file.h"'
            elif found and (what := misplaced(floor, room, found[1])):
                yield path, number, what
    for path in files("include/**/*.h"):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if re.match(r'\s*#\s*include\s+"', line):
                yield path, number, "a public header includes <dynox/...> and standard headers only"


def check_types():
    """No two public headers take the same place for their types in DYNOX_TYPE_OF."""
    taken = {}
    for path in files("include/dynox/*.h"):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            found = re.match(r"\s*#\s*undef\s+(DYNOX_TYPES_\d+_)", line)
            if found and taken.setdefault(found[1], path) != path:
                yield path, number, f"{taken[found[1]].name} has {found[1]} already"


def check_libraries():
    """curl, json-c, OpenSSL and what only one system has are included by the few files that are named here."""
    for path in files("src/**/*.[ch]", "include/**/*.h", "samples/*.[ch]"):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            for library, places in LIBRARIES.items():
                if re.match(rf"\s*#\s*include\s+[<\"]{library}", line):
                    if not any(path.relative_to(ROOT).match(place) for place in places):
                        yield path, number, f"must not include {library}..."


def check_functions():
    """Functions that have no place in the library, or anywhere."""
    pattern = re.compile(r"(?<![\w.>])(" + "|".join(BANNED_FUNCTIONS) + r")\s*\(")
    for path in files("src/**/*.[ch]", "test/**/*.[ch]", "samples/*.[ch]"):
        text = code_only(path.read_text())
        library = name_of(path).startswith("src/")
        for found in pattern.finditer(text):
            banned = library or found[1] in BANNED_EVERYWHERE
            if banned and (name_of(path), found[1]) not in ALLOWED_FUNCTIONS:
                yield path, line_of(text, found.start()), f"{found[1]}: {BANNED_FUNCTIONS[found[1]]}"


def check_gotos():
    """goto goes forward, to out or fail."""
    for path in files("src/**/*.[ch]"):
        text = code_only(path.read_text())
        for found in re.finditer(r"\bgoto\s+(\w+)\s*;", text):
            end = text.find("\n}", found.end())
            if found[1] not in ("out", "fail"):
                yield path, line_of(text, found.start()), f"goto {found[1]}: labels are out and fail"
            elif not re.search(rf"^\s*{found[1]}:", text[found.end():end], re.M):
                yield path, line_of(text, found.start()), f"goto {found[1]} goes backward"


def check_text():
    """File length, banned words, white space."""
    for path in tracked():
        text = path.read_text(errors="replace")
        lines = text.splitlines()
        if path.suffix in (".c", ".h", ".py", ".sh", ".cpp") and len(lines) > LONGEST_FILE:
            yield path, len(lines), f"longer than {LONGEST_FILE} lines"
        if text and not text.endswith("\n"):
            yield path, len(lines), "no newline at the end"
        if path.name in ("lint.py", "test_lint.py", "LICENSE"):
            continue
        for number, line in enumerate(lines, 1):
            if BANNED_WORDS.search(line):
                yield path, number, f"{BANNED_WORDS.search(line)[1]}: do it or file it"
            if line != line.rstrip() and path.suffix != ".md":
                yield path, number, "white space at the end of the line"


def check_first_lines():
    """A file of ours starts by saying what it is for."""
    for path in files("src/**/*.[ch]", "include/**/*.h", "samples/*.c", "test/**/*.[ch]"):
        if not path.read_text().startswith(("/*", "//")):
            yield path, 1, "the first line says what the file is for"


def check_documentation():
    """Every public function has a comment: above it, above its group, or at its end."""
    for path in files("include/dynox/*.h"):
        covered = False
        declaration = ""
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if declaration:
                declaration += line
            elif line.startswith("DYNOX_API"):
                declaration, started, documented = line, number, covered
            elif line.rstrip().endswith("*/") and "----" not in line:
                covered = True
            elif not line.strip():
                covered = False
            if declaration and ";" in declaration:
                if not documented and "/*" not in declaration.split(";")[1] and not re.search(r"_\(", declaration):
                    yield path, started, "a public function without a comment"
                declaration = ""


def check_headers():
    """Each header compiles alone: public ones as C11 and C++17, the others as C11. Those for event loops need these."""
    compiler, compiler_cpp = os.environ.get("CC", "cc"), os.environ.get("CXX", "c++")
    warnings = ["-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Wconversion", "-Werror", "-fsyntax-only"]
    includes = ["-D_DEFAULT_SOURCE", f"-I{ROOT}/include", f"-I{ROOT}/src", f"-I{ROOT}/test"]
    jobs = []
    for path in files("include/**/*.h", "src/**/*.h"):
        foreign = LOOP_PACKAGES.get(path.stem) if path.parent.name == "loop" else None
        if foreign:
            found = subprocess.run(["pkg-config", "--cflags", foreign], stdout=subprocess.PIPE, text=True)
            if found.returncode != 0:
                continue
            includes += [flag.replace("-I", "-isystem", 1) for flag in found.stdout.split()]
        jobs.append((path, [compiler, "-std=c11", "-x", "c", "-Wstrict-prototypes"]))
        if "include" in path.relative_to(ROOT).parts[0]:
            jobs.append((path, [compiler_cpp, "-std=c++17", "-x", "c++"]))

    def compile_alone(job):
        path, command = job
        source = f'#include "{path}"\nextern int dynox_lint_nothing;\n'
        done = subprocess.run([*command, *warnings, *includes, "-"], input=source, text=True, stderr=subprocess.PIPE)
        return path, command[1], done.returncode, done.stderr

    for path, standard, code, text in parallel(compile_alone, jobs):
        if code != 0:
            first = next((line for line in text.splitlines() if "error" in line), text[:300])
            yield path, 1, f"does not compile alone as {standard}: {first}"


def symbols(*arguments):
    done = subprocess.run(["nm", *arguments], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True)
    return [(words[-1].split("@")[0], words[-2]) for line in done.stdout.splitlines()
            if len(words := line.split()) >= 3 and words[-2] != "A"]  # A: the name of a symbol version


# libdynox-aws is credentials and signatures alone.
DYNAMODB = re.compile(r"dynox_(client|item|table|value|expr|query|scan|page)_|dynox__(call|service|document|encode)_")


def check_symbols():
    """The shared libraries show dynox_* only; the static ones add nothing but dynox__*."""
    for library, arguments, pattern in (("libdynox.so", ["-D"], r"dynox_[a-z]"), ("libdynox.a", ["-g"], r"dynox_"),
                                        ("libdynox-aws.so", ["-D"], r"dynox_[a-z]"),
                                        ("libdynox-aws.a", ["-g"], r"dynox_")):
        path = BUILD / library
        if not path.exists():
            yield path, 0, "not built"
            continue
        for symbol, _ in symbols(*arguments, "--defined-only", str(path)):
            if not re.match(pattern, symbol):
                yield path, 0, f"defines {symbol}"
            elif "-aws" in library and DYNAMODB.match(symbol):
                yield path, 0, f"{symbol} is DynamoDB's"


def check_format():
    """clang-format has nothing to change."""
    program = shutil.which("clang-format-14") or shutil.which("clang-format")
    if not program:
        yield ROOT / ".clang-format", 0, "clang-format is not installed"
        return
    sources = [path for path in tracked() if path.suffix in (".c", ".h", ".cpp")]
    done = subprocess.run([program, "--dry-run", "--Werror", *map(str, sources)], stderr=subprocess.PIPE, text=True)
    seen = set()
    for found in re.finditer(r"^(.*?):(\d+):\d+: error:", done.stderr, re.M):
        if found[1] not in seen:
            seen.add(found[1])
            yield pathlib.Path(found[1]), int(found[2]), "not formatted: ./dev format"


def check_tidy():
    """clang-tidy with the list in .clang-tidy."""
    program = shutil.which("clang-tidy-14") or shutil.which("clang-tidy")
    if not program:
        yield ROOT / ".clang-tidy", 0, "clang-tidy is not installed"
        return

    def run(path):
        return subprocess.run([program, "--quiet", "-p", str(BUILD), str(path)], stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, text=True).stdout

    seen = set()
    for text in parallel(run, files("src/**/*.c", "test/tools/**/*.c")):
        for found in re.finditer(r"^(/.*?):(\d+):\d+: (?:warning|error): (.*)$", text, re.M):
            if found[0] not in seen:
                seen.add(found[0])
                yield pathlib.Path(found[1]), int(found[2]), found[3]


def parallel(function, jobs):
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        yield from pool.map(function, jobs)


CHECKS = {name[len("check_"):]: function for name, function in list(globals().items()) if name.startswith("check_")}
BUILD = ROOT / "build/clang"


def main():
    global BUILD
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, default=BUILD)
    parser.add_argument("checks", nargs="*", metavar="CHECK", help=" ".join(CHECKS))
    options = parser.parse_args()
    BUILD = options.build.resolve()
    findings = 0
    for name in options.checks or CHECKS:
        found = list(CHECKS[name]())
        for path, line, what in found:
            shown = path.relative_to(ROOT) if path.is_relative_to(ROOT) else path
            print(f"{shown}:{line}: {what} [{name}]")
        print(f"lint: {name}: {f'{len(found)} findings' if found else 'ok'}", flush=True)
        findings += len(found)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
