#!/usr/bin/env python3
"""Compiles the library with musl's headers, which have nothing that is glibc's alone. The libraries underneath lend
their headers as they are on this machine."""
import concurrent.futures
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
FLAGS = ["-std=c11", "-D_DEFAULT_SOURCE", "-fsyntax-only", "-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Wconversion",
         "-Wstrict-prototypes", "-Wvla", "-Werror", f"-I{ROOT}/include", f"-I{ROOT}/src"]
BORROWED = ("curl", "openssl", "json-c", "sqlite3.h", "linux", "asm", "asm-generic")


def borrow(folder):
    """The headers of BORROWED in one folder: a distribution may keep a part of them with the architecture."""
    target = subprocess.run(["gcc", "-print-multiarch"], stdout=subprocess.PIPE, text=True).stdout.strip()
    for root in (pathlib.Path("/usr/include"), pathlib.Path("/usr/include") / target):
        for name in BORROWED:
            for source in [root / name] if (root / name).is_file() else sorted((root / name).rglob("*.h")):
                place = folder / source.relative_to(root)
                place.parent.mkdir(parents=True, exist_ok=True)
                if not place.exists():
                    place.symlink_to(source)


def compile_one(path, folder):
    done = subprocess.run(["musl-gcc", *FLAGS, "-isystem", folder, "-isystem", f"{folder}/json-c", str(path)],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        print(done.stdout)
    return done.returncode == 0


def main():
    if not shutil.which("musl-gcc"):
        required = os.environ.get("DYNOX_REQUIRE_PEERS") == "1"
        print("FAIL" if required else "SKIP", "there is no musl-gcc (Debian: musl-tools)", sep=": ")
        return 1 if required else 77
    with tempfile.TemporaryDirectory() as folder:
        borrow(pathlib.Path(folder))
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            good = list(pool.map(lambda path: compile_one(path, folder), sorted((ROOT / "src").rglob("*.c"))))
    print(f"{sum(good)} of {len(good)} files compile")
    return 0 if good and all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
