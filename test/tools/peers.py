#!/usr/bin/env python3
"""Real DynamoDB-like servers for tests and the demo: gets them, starts them on free ports, ends them by pid.

    peers.py get NAME...                 fetches them; prints where each is
    peers.py run NAME                    starts one and says how to reach it, until Ctrl-C
    peers.py with NAME [option...] -- COMMAND...
                                         starts one, runs COMMAND with the environment that reaches it, ends it
        --wrong-secret                   moto: with a secret access key that must be refused (EXPECT_REFUSED=1)
        --any-key                        moto: signatures are not verified
        --faultserver PROGRAM --say PLAN puts the fault server in front; the server itself is DYNOX_TEST_DIRECT
        --scripted                       another fault server with the same plan and canned answers: DYNOX_TEST_SCRIPTED
    peers.py python [--of NAME] -- SCRIPT...
                                         runs a script with the Python of moto, where botocore is, or of pydynox

NAME: dynoxide (Rust and SQLite), dynalite (Node and LevelDB), moto (Python; it verifies signatures), served (dynox
local of DYNOX_COMMAND, or of build/release; verifies them, too), or own: the server that DYNOX_TEST_ENDPOINT names. `get` also gets yyjson: the source of a JSON library, for bench_codec, and
pydynox: a Python environment with that. They come from npm and PyPI, into $XDG_CACHE_HOME/dynox (~/.cache/dynox).
COMMAND gets DYNOX_TEST_ENDPOINT (and AWS_ENDPOINT_URL), DYNOX_TEST_PEER (the name), credentials in AWS_... variables. What cannot be had
is a skipped test (exit code 77), or a failure if DYNOX_REQUIRE_PEERS=1.
"""
import argparse
import contextlib
import ctypes
import fcntl
import json
import os
import pathlib
import platform
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request

DYNOXIDE = "1.2.1"
DYNALITE = "4.0.0"
MOTO = "5.2.5"
PYDYNOX = "1.8.0"
YYJSON = "4.0.6"  # of its Python package, which has yyjson 0.10 inside
REGION = "us-east-1"

KEY, SECRET = "AKIDEXAMPLE", "dynox-test-secret"

ROOT = pathlib.Path(__file__).resolve().parents[2]
CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "dynox"


class Missing(Exception):
    """A server cannot be had; says what to do about it."""


BY_HAND = ("Start a server by hand (DynamoDB Local, dynalite, ScyllaDB Alternator, ...) and name it: "
           "DYNOX_TEST_ENDPOINT=http://127.0.0.1:8000")


# ---- getting ----

def tool(name, package):
    path = shutil.which(name)
    if not path:
        raise Missing(f"{name} is not installed (Debian: apt-get install {package}). {BY_HAND}")
    return path


def call(*command, cwd=None):
    done = subprocess.run(command, cwd=cwd, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode != 0:
        last = done.stdout.decode(errors="replace").strip()[-600:]
        raise Missing(f"{command[0]} failed: {last}\n{BY_HAND}")


def npm(package, *command, cwd=None):
    """npm for a package. Left alone it tries for minutes to reach a registry that cannot be reached: asks once, first.
    Where the servers are required there is time to wait."""
    program = tool("npm", "npm")
    if os.environ.get("DYNOX_REQUIRE_PEERS") != "1":
        ask = [program, "view", package, "version", "--fetch-retries=0", "--fetch-timeout=8000"]
        try:
            done = subprocess.run(ask, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                  timeout=20)
            answer = done.stdout.decode(errors="replace").strip()
        except subprocess.TimeoutExpired:
            done, answer = None, ""
        if not done or done.returncode != 0 or not answer:
            said = [line for line in answer.splitlines() if not re.search(r"code |errno |syscall |complete log", line)]
            why = f" ({said[0].strip()})" if said else ""
            raise Missing(f"the npm registry does not give {package}; can it be reached?{why} {BY_HAND}")
    call(program, *command, cwd=cwd)


def get_dynoxide(folder):
    system = {"Linux": "linux", "Darwin": "darwin"}.get(platform.system(), "unknown")
    machine = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
    package = f"@dynoxide/{system}-{machine}@{DYNOXIDE}"
    npm(package, "pack", "--silent", package, cwd=folder)
    archive = next(folder.glob("*.tgz"))
    call(tool("tar", "tar"), "-xzf", archive.name, "--strip-components=1", cwd=folder)
    archive.unlink()


def get_dynalite(folder):
    package = f"dynalite@{DYNALITE}"
    npm(package, "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(folder), package)


def pip(folder, *arguments, cwd=None):
    """pip in a Python environment of the folder's own."""
    try:
        call(sys.executable, "-m", "venv", str(folder / "venv"))
    except Missing as why:
        raise Missing(f"{why} (Debian: apt-get install python3-venv)") from None
    patience = [] if os.environ.get("DYNOX_REQUIRE_PEERS") == "1" else ["--timeout", "10", "--retries", "1"]
    command, *rest = arguments
    call(str(folder / "venv/bin/python"), "-m", "pip", command, "--quiet", "--disable-pip-version-check", *patience,
         *rest, cwd=cwd)


def get_moto(folder):
    pip(folder, "install", f"moto[server]=={MOTO}")


def get_pydynox(folder):
    if sys.version_info < (3, 11):
        raise Missing(f"pydynox needs Python 3.11, this is {platform.python_version()}")
    pip(folder, "install", "--only-binary", ":all:", f"pydynox=={PYDYNOX}")  # else it would want a Rust compiler


def get_yyjson(folder):
    pip(folder, "download", "--no-deps", "--no-binary", ":all:", f"yyjson=={YYJSON}", cwd=folder)
    call(tool("tar", "tar"), "-xzf", f"yyjson-{YYJSON}.tar.gz", "--strip-components=1", cwd=folder)


PEERS = {
    "dynoxide": (DYNOXIDE, get_dynoxide, "dynoxide"),
    "dynalite": (DYNALITE, get_dynalite, "node_modules/.bin/dynalite"),
    "moto": (MOTO, get_moto, "venv/bin/python"),
    "pydynox": (PYDYNOX, get_pydynox, "venv/bin/python"),
    "yyjson": (YYJSON, get_yyjson, "yyjson/yyjson.c"),
}


def get(name):
    """The path of the server's program; fetched once, by one process at a time."""
    version, fetch, program = PEERS[name]
    folder = CACHE / f"{name}-{version}"
    done = folder / ".complete"
    if done.exists():
        return folder / program
    if name in os.environ.get("DYNOX_MISSING_PEERS", "").split():
        raise Missing(f"{name} could not be had")
    CACHE.mkdir(parents=True, exist_ok=True)
    with open(CACHE / f"{name}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            print(f"fetching {name} {version} ...", file=sys.stderr, flush=True)
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            try:
                fetch(folder)
                done.touch()
            except BaseException:
                shutil.rmtree(folder, ignore_errors=True)
                raise
    return folder / program


# ---- running ----

def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def own_command():
    program = pathlib.Path(os.environ.get("DYNOX_COMMAND") or ROOT / "build/release/dynox")
    if not program.exists():
        raise Missing(f"{program} is not built")
    return program


def command_line(name, port):
    if name == "served":
        return [str(own_command()), "local", "--port", str(port), "--verify", f"{KEY}:{SECRET}"]
    program = str(get(name))
    if name == "dynoxide":
        return [program, "serve", "--host", "127.0.0.1", "--port", str(port)]
    if name == "dynalite":
        return [tool("node", "nodejs"), program, "--host", "127.0.0.1", "--port", str(port), "--createTableMs", "0",
                "--deleteTableMs", "0", "--updateTableMs", "0"]
    return [program, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]


def die_with_parent():
    """In the child, before it becomes the server: if this script is killed, so is the server (Linux)."""
    with contextlib.suppress(Exception):
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def answers(port):
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False


@contextlib.contextmanager
def ended(process):
    """Ends a process of ours by its pid, whatever happens."""
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
        process.wait()


@contextlib.contextmanager
def running(name, verify=True):
    """A fresh server of that name; gives its port. verify: moto looks at signatures, but for the first three calls."""
    environment = {key: value for key, value in os.environ.items() if key != "INITIAL_NO_AUTH_ACTION_COUNT"}
    if name == "moto" and verify:
        environment["INITIAL_NO_AUTH_ACTION_COUNT"] = "3"
    with tempfile.TemporaryFile() as output:
        for _ in range(5):  # another process may take the port before the server does
            port = free_port()
            process = subprocess.Popen(command_line(name, port), env=environment, stdin=subprocess.DEVNULL,
                                       stdout=output, stderr=output, preexec_fn=die_with_parent)
            with ended(process):
                limit = time.monotonic() + 60
                while process.poll() is None and not answers(port) and time.monotonic() < limit:
                    time.sleep(0.01)
                if process.poll() is None and answers(port):
                    yield port
                    if process.poll() is not None:
                        print(f"{name} died while it was used", file=sys.stderr)
                    return
        output.seek(0)
        raise Missing(f"{name} does not start: {output.read().decode(errors='replace')[-600:]}")


def moto_iam(port, **parameters):
    """One of the three calls that moto takes unsigned: it only looks at which service they are for."""
    head = {"Authorization": f"AWS4-HMAC-SHA256 Credential=X/20260101/{REGION}/iam/aws4_request, SignedHeaders=host, "
                             "Signature=0"}
    data = urllib.parse.urlencode({"Version": "2010-05-08", **parameters}).encode()
    request = urllib.request.Request(f"http://127.0.0.1:{port}/", data, head)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return answer.read().decode()


def moto_credentials(port):
    """A user who may do everything, and the user's keys. From then on every request must be signed with them."""
    everything = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    moto_iam(port, Action="CreateUser", UserName="tester")
    moto_iam(port, Action="PutUserPolicy", UserName="tester", PolicyName="all", PolicyDocument=json.dumps(everything))
    answer = moto_iam(port, Action="CreateAccessKey", UserName="tester")
    key, = re.findall("<AccessKeyId>(.*?)</AccessKeyId>", answer)
    secret, = re.findall("<SecretAccessKey>(.*?)</SecretAccessKey>", answer)
    return key, secret


def reach(name, port):
    """The environment in which a program finds the server, and nothing of the user's own configuration."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("AWS_")}
    key, secret = moto_credentials(port) if name == "moto" else (KEY, SECRET)
    endpoint = f"http://127.0.0.1:{port}"
    environment.update(
        DYNOX_TEST_PEER="local" if name == "served" else name, DYNOX_TEST_ENDPOINT=endpoint, AWS_ENDPOINT_URL=endpoint, AWS_ACCESS_KEY_ID=key,
        AWS_SECRET_ACCESS_KEY=secret, AWS_REGION=REGION, AWS_EC2_METADATA_DISABLED="true",
        AWS_CONFIG_FILE="/dev/null", AWS_SHARED_CREDENTIALS_FILE="/dev/null")
    return environment


def reach_own():
    if not os.environ.get("DYNOX_TEST_ENDPOINT"):
        raise Missing("DYNOX_TEST_ENDPOINT is not set")
    environment = {"DYNOX_TEST_PEER": "own", "AWS_REGION": REGION, **os.environ,
                   "AWS_ENDPOINT_URL": os.environ["DYNOX_TEST_ENDPOINT"]}
    if not any(name in os.environ for name in ("AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWS_ROLE_ARN")):
        environment.update(AWS_ACCESS_KEY_ID=KEY, AWS_SECRET_ACCESS_KEY=SECRET)
    return environment


@contextlib.contextmanager
def fault_server(program, plan, *arguments):
    """Its URL, and the port that takes its commands."""
    process = subprocess.Popen([program, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    with ended(process):
        _, port, _, control = process.stdout.readline().split()
        with socket.create_connection(("127.0.0.1", int(control))) as connection, connection.makefile("rw") as line:
            line.write(plan + "\n")
            line.flush()
            said = line.readline().strip()
            if said != "ok":
                sys.exit(f"fault server: {said}")
        yield f"http://127.0.0.1:{int(port)}", str(int(control))


def run_with(options, command):
    with contextlib.ExitStack() as stack:
        if options.name == "own":
            environment = reach_own()
        else:
            environment = reach(options.name, stack.enter_context(running(options.name, not options.any_key)))
        if options.wrong_secret:
            environment.update(AWS_SECRET_ACCESS_KEY="not the secret", EXPECT_REFUSED="1")
        if options.faultserver:
            direct = environment["DYNOX_TEST_ENDPOINT"]
            front, control = stack.enter_context(fault_server(options.faultserver, options.say, "--upstream",
                                                              urllib.parse.urlsplit(direct).netloc))
            environment.update(DYNOX_TEST_DIRECT=direct, DYNOX_TEST_ENDPOINT=front, AWS_ENDPOINT_URL=front,
                               DYNOX_TEST_FAULT_CONTROL=control)
        if options.faultserver and options.scripted:
            environment["DYNOX_TEST_SCRIPTED"], _ = stack.enter_context(
                fault_server(options.faultserver, options.say, "--script"))
        process = subprocess.Popen(command, env=environment, preexec_fn=die_with_parent)
        with ended(process):
            code = process.wait()
        return code if code >= 0 else 128 - code


def run_python(name, script):
    """Becomes the script."""
    python = get(name)
    sys.stdout.flush()
    os.execv(python, [str(python), *script])


def run(name):
    with running(name) as port:
        environment = reach(name, port)
        for key in sorted(environment):
            if key not in os.environ or os.environ[key] != environment[key]:
                print(f"export {key}='{environment[key]}'")
        print(f"# {name} runs until Ctrl-C", flush=True)
        signal.pause()


# ---- the command line ----

def parse(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="action", required=True)
    commands.add_parser("get").add_argument("names", nargs="+", choices=sorted(PEERS))
    commands.add_parser("python").add_argument("--of", choices=["moto", "pydynox"], default="moto")
    commands.add_parser("run").add_argument("name", choices=[*sorted(PEERS), "served"])
    with_ = commands.add_parser("with")
    with_.add_argument("name", choices=[*sorted(PEERS), "served", "own"])
    with_.add_argument("--wrong-secret", action="store_true")
    with_.add_argument("--any-key", action="store_true")
    with_.add_argument("--faultserver")
    with_.add_argument("--say", default="none")
    with_.add_argument("--scripted", action="store_true")
    command = []
    if "--" in arguments:
        at = arguments.index("--")
        arguments, command = arguments[:at], arguments[at + 1:]
    options = parser.parse_args(arguments)
    if options.action in ("with", "python") and not command:
        parser.error("no command behind --")
    return options, command


def main():
    options, command = parse(sys.argv[1:])
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        if options.action == "get":
            for name in options.names:
                print(name, get(name))
            return 0
        if options.action == "run":
            run(options.name)
            return 0
        if options.action == "python":
            run_python(options.of, command)
        return run_with(options, command)
    except Missing as why:
        required = os.environ.get("DYNOX_REQUIRE_PEERS") == "1"
        print(f"{'FAIL' if required else 'SKIP'}: {why}", flush=True)
        return 1 if required else 77
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
