#!/usr/bin/env python3
"""docs/getting-started.md from its first line to the last on a fresh Debian 12: a bare system in a folder of its own
(debootstrap, by the mirror of this machine's apt), where the commands of the page are typed and its programs run. They
talk to the fault server, which answers like DynamoDB. Exits with 77, saying why, where there can be no such system.

usage: page.py SOURCE_FOLDER WORK_FOLDER FAULTSERVER"""
import os
import pathlib
import re
import shutil
import subprocess
import sys

SUITE = "bookworm"
SOURCE, WORK = (pathlib.Path(argument).resolve() for argument in sys.argv[1:3])
FAULTSERVER = sys.argv[3]
ROOT = WORK / "debian"


def missing(why):
    required = os.environ.get("DYNOX_REQUIRE_PEERS") == "1"
    print(f"{'FAIL' if required else 'SKIP'}: {why}", flush=True)
    sys.exit(1 if required else 77)


def mirror():
    """Where this machine's own apt gets Debian 12 from."""
    done = subprocess.run(["apt-get", "indextargets", "--format", "$(CREATED_BY) $(COMPONENT) $(RELEASE) $(REPO_URI)"],
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    for line in done.stdout.splitlines():
        words = line.split(" ")
        if words[:3] == ["Packages", "main", SUITE]:
            return words[3]
    missing("apt of this machine has no mirror of Debian 12 (bookworm)")


def forget():
    """Removes the system; never what somebody has mounted into it."""
    if not ROOT.exists():
        return
    inside = [line.split()[1] for line in pathlib.Path("/proc/mounts").read_text().splitlines()
              if line.split()[1].startswith(f"{ROOT}/")]
    for place in sorted(inside, reverse=True):
        subprocess.run(["umount", place], check=True)
    shutil.rmtree(ROOT)


def make_system():
    if os.geteuid() != 0:
        missing("only root can make a bare Debian to try the page in")
    if not shutil.which("debootstrap") or not shutil.which("apt-get"):
        missing("debootstrap is not installed (Debian: apt-get install debootstrap)")
    source = mirror()
    forget()
    ROOT.mkdir(parents=True)
    with open(WORK / "debootstrap.log", "w+") as log:
        done = subprocess.run(["debootstrap", "--variant=minbase", SUITE, str(ROOT), source], stdin=subprocess.DEVNULL,
                              stdout=log, stderr=subprocess.STDOUT)
        if done.returncode != 0:
            log.seek(0)
            missing(f"debootstrap: {log.read().strip().splitlines()[-1]}")
    # Nobody is there to say yes; only what the page names; and the disk need not be asked whether it has written.
    (ROOT / "etc/apt/apt.conf.d/90page").write_text('APT::Get::Assume-Yes "true";\nAPT::Install-Recommends "false";\n'
                                                    'APT::Install-Suggests "false";\n')
    (ROOT / "etc/dpkg/dpkg.cfg.d/page").write_text("force-unsafe-io\n")
    shutil.copy("/etc/hosts", ROOT / "etc/hosts")
    shutil.copytree(SOURCE, ROOT / "root/dynox", ignore=lambda folder, names: {
        name for name in names if pathlib.Path(folder) == SOURCE and name in ("build", ".git")})


def blocks(text):
    return [(match[1], match[2]) for match in re.finditer(r"^```(sh|c)\n(.*?)^```", text, re.M | re.S)]


def typed(page, port):
    """The page as a person would type it: its commands in their order, its programs saved under their names, each
    further one compiled and started as the first was."""
    lines = ["set -eux", "sudo() { \"$@\"; }", "cd /root/dynox"]
    compiling, programs = None, 0
    for kind, block in blocks(page):
        if kind == "c":
            name = "first" if programs == 0 else f"program{programs}"
            programs += 1
            lines.append(f"cat >{name}.c <<'END_OF_PROGRAM'\n{block}END_OF_PROGRAM")
            if compiling:
                lines.append(re.sub(r"\bfirst\b", name, compiling))
        else:
            if "first.c" in block:
                compiling = block
            lines.append(block.replace("127.0.0.1:8000", f"127.0.0.1:{port}"))
    return "\n".join(lines) + "\n", programs


def main():
    page = (SOURCE / "docs/getting-started.md").read_text()
    WORK.mkdir(parents=True, exist_ok=True)
    make_system()
    server = subprocess.Popen([FAULTSERVER, "--script"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        port = server.stdout.readline().split()[1]
        script, programs = typed(page, port)
        environment = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root",
                       "LC_ALL": "C", "DEBIAN_FRONTEND": "noninteractive", "AWS_EC2_METADATA_DISABLED": "true"}
        environment.update({name: os.environ[name] for name in ("http_proxy", "https_proxy") if name in os.environ})
        (ROOT / "root/page.sh").write_text(script)
        with open(WORK / "page.log", "w+") as log:
            done = subprocess.run(["chroot", str(ROOT), "sh", "/root/page.sh"], env=environment,
                                  stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
            log.seek(0)
            said = log.read()
    finally:
        server.stdin.close()
        server.wait()
        forget()
    answers = re.findall(r"^(Ada is 36|both are there|36|now \d+)$", said, re.M)
    if done.returncode != 0 or programs != 4 or len(answers) != programs:
        print(said[-4000:])
        print(f"FAIL: exit {done.returncode}, {len(answers)} of {programs} programs gave their answer: {answers}")
        return 1
    print(f"the page's commands and its {programs} programs run on a bare Debian 12: {', '.join(answers)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
