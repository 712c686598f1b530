"""dynox local from outside: what it prints, how it ends, its flags, files, faults and knobs.

    local.py DYNOX
"""
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.error
import urllib.request

DYNOX = sys.argv.pop(1)
TABLE = {"TableName": "cli", "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
         "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}], "BillingMode": "PAY_PER_REQUEST"}


class Served:
    """A server for a with block, on a port of the kernel's choice."""

    def __init__(self, *arguments, unsigned=True):
        more = ["--unsigned"] if unsigned else []
        self.process = subprocess.Popen([DYNOX, "local", "--port", "0", *more, *arguments], stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True)
        self.said = self.process.stdout.readline()
        self.url = self.said.rpartition(" ")[2].strip()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()

    def post(self, path, body, headers=None):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, {"Content-Type": "application/x-amz-json-1.0",
                                                                 **(headers or {})})
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            said = error.read()
            return error.code, json.loads(said) if said.startswith(b"{") else said

    def ask(self, operation, body):
        return self.post("/", body, {"X-Amz-Target": f"DynamoDB_20120810.{operation}"})

    def end(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=30)
        return self.process.returncode, out, err


def put(server, pk):
    return server.ask("PutItem", {"TableName": "cli", "Item": {"pk": {"S": pk}}})


class Local(unittest.TestCase):
    def test_the_first_line_says_where_it_listens(self):
        with Served() as server:
            self.assertRegex(server.said, r"^dynox local listens on http://127\.0\.0\.1:[0-9]+\n$")
            with urllib.request.urlopen(server.url + "/health", timeout=30) as answer:
                self.assertEqual(answer.status, 200)

    def test_signals_end_it_well(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            with Served() as server:
                self.assertEqual(server.end(number), (0, "", ""))

    def test_what_is_in_flight_is_finished(self):
        with Served("--fail", "delay,operation=ListTables,delay_ms=400") as server:
            said = []
            asking = threading.Thread(target=lambda: said.append(server.ask("ListTables", {})))
            asking.start()
            time.sleep(0.15)
            self.assertEqual(server.end()[0], 0)
            asking.join()
            self.assertEqual(said, [(200, {"TableNames": []})])

    def test_arguments_that_are_wrong_are_told(self):
        for arguments, words in ((["--port", "65536"], "65536"), (["--port"], "missing"), (["--nonsense"], "no option"),
                                 (["--verify", "onlyakey"], "KEY:SECRET"), (["--threads", "0"], "cannot be"),
                                 (["word"], "no option")):
            done = subprocess.run([DYNOX, "local", *arguments], capture_output=True, text=True, timeout=30)
            self.assertEqual(done.returncode, 2, arguments)
            self.assertIn(words, done.stderr)
            self.assertNotIn("onlyakey", done.stderr)
        for arguments, words in ((["--fail", "wonders"], "no such fault"), (["--fail", "throttle,delay"], "of one kind"),
                                 (["--fail", "throttle,operation=putItem"], "operation"),
                                 (["--region", 'a"b'], "region"), (["--fail", "throttle,nth=x"], "not a number"),
                                 (["--host", "no such host"], "no such host"), (["--db", "/nowhere/x.db"], "/nowhere/x.db")):
            done = subprocess.run([DYNOX, "local", "--port", "0", *arguments], capture_output=True, text=True, timeout=30)
            self.assertEqual((done.returncode, done.stdout), (1, ""), arguments)
            self.assertIn(words, done.stderr)

    def test_a_port_in_use_is_told(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            done = subprocess.run([DYNOX, "local", "--port", str(taken.getsockname()[1])], capture_output=True, text=True,
                                  timeout=30)
        self.assertEqual(done.returncode, 1)
        self.assertIn("in use", done.stderr)

    def test_help_is_there(self):
        done = subprocess.run([DYNOX, "local", "--help"], capture_output=True, text=True, timeout=30)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertTrue(done.stdout.startswith("usage: dynox local"))

    def test_a_file_keeps_everything(self):
        with tempfile.TemporaryDirectory() as folder:
            path = str(pathlib.Path(folder) / "kept.db")
            with Served("--db", path) as server:
                self.assertEqual(server.ask("CreateTable", TABLE)[0], 200)
                self.assertEqual(put(server, "a")[0], 200)
                server.process.kill()
                server.process.wait()
            with Served("--db", path) as server:
                self.assertEqual(server.ask("Scan", {"TableName": "cli"})[1]["Items"], [{"pk": {"S": "a"}}])
                again = subprocess.run([DYNOX, "local", "--port", "0", "--db", path], capture_output=True, text=True,
                                       timeout=30)
                self.assertEqual(again.returncode, 1)
                self.assertIn("kept.db", again.stderr)

    def test_faults_come_by_their_flags(self):
        with Served("--fail", "throttle,operation=PutItem,script=.x.x", "--fail", "server-error,operation=Scan,nth=1") as server:
            server.ask("CreateTable", TABLE)
            self.assertEqual([put(server, "a")[0] for _ in range(5)], [200, 400, 200, 400, 200])
            self.assertEqual([server.ask("Scan", {"TableName": "cli"})[0] for _ in range(2)], [500, 200])

    def test_the_same_seed_is_the_same_course_of_events(self):
        def course(seed):
            with Served("--seed", seed, "--fail", "throttle,operation=PutItem,probability=0.5") as server:
                server.ask("CreateTable", TABLE)
                return [put(server, str(i))[0] for i in range(40)]

        self.assertEqual(course("7"), course("7"))
        self.assertNotEqual(course("7"), course("8"))

    def test_knobs_are_there_only_when_asked_for(self):
        with Served() as server:
            self.assertEqual(server.post("/_dynox/clock", {})[0], 404)
        with Served("--admin", "--clock-stands") as server:
            self.assertEqual(server.post("/_dynox/clock", b"", {"Content-Type": "text/plain"})[0], 404)
            status, before = server.post("/_dynox/clock", {})
            self.assertEqual(status, 200)
            self.assertEqual(server.post("/_dynox/clock", {"add_ms": 3600000})[1]["now_ms"] - before["now_ms"], 3600000)
            self.assertEqual(server.post("/_dynox/clock", {"add_ms": -1})[0], 400)
            self.assertEqual(server.post("/_dynox/clock", b"[]")[0], 400)
            self.assertEqual(server.post("/_dynox/clock", b"{")[0], 400)
            self.assertEqual(server.post("/_dynox/nothing", {})[0], 400)
            server.ask("CreateTable", TABLE)
            self.assertEqual(server.post("/_dynox/fail", {"with": "throttle", "operation": "PutItem",
                                                          "key": {"pk": {"S": "b"}}}), (200, {}))
            self.assertEqual([put(server, pk)[0] for pk in "abc"], [200, 400, 200])
            self.assertEqual(server.post("/_dynox/fail", {"with": "throttle", "nth": 1, "script": "x"})[0], 400)
            self.assertEqual(server.post("/_dynox/fail", {"with": "throttle", "wish": 1})[0], 400)
            self.assertEqual(server.post("/_dynox/fail-no-more", {})[0], 200)
            self.assertEqual([put(server, pk)[0] for pk in "abc"], [200, 200, 200])
            status, asked = server.post("/_dynox/requests", {"forget": True})
            self.assertEqual([one["operation"] for one in asked], ["CreateTable"] + ["PutItem"] * 6)
            self.assertEqual(asked[2]["fault"], "throttle")
            self.assertEqual(json.loads(asked[1]["body"])["Item"], {"pk": {"S": "a"}})
            self.assertEqual(server.post("/_dynox/requests", {})[1], [])

    def test_a_fault_of_the_way_breaks_the_connection(self):
        with Served("--fail", "lose-answer,operation=PutItem,nth=1", "--fail", "cut-answer,operation=Scan,nth=1") as server:
            server.ask("CreateTable", TABLE)
            with self.assertRaises(OSError):
                put(server, "a")
            with self.assertRaises(Exception):
                server.ask("Scan", {"TableName": "cli"})
            self.assertEqual(server.ask("Scan", {"TableName": "cli"})[1]["Count"], 1)  # it was carried out

    def test_requests_are_logged_in_a_line_each(self):
        with Served("--log") as server:
            server.ask("ListTables", {})
            server.post("/", {}, {"X-Amz-Target": "DynamoDB_20120810.\x1b[31m"})
            _, _, err = server.end()
        lines = err.splitlines()
        self.assertEqual(len(lines), 2, err)
        self.assertRegex(lines[0], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00 ListTables 200, 2 bytes in, \d+ out, \d+ us$")
        self.assertNotIn("\x1b", err)

    def test_signatures_are_asked_for(self):
        with Served(unsigned=False) as server:
            self.assertIn("MissingAuthenticationToken", server.ask("ListTables", {})[1]["__type"])

    def test_idle_it_needs_little_memory(self):
        with Served() as server:
            server.ask("ListTables", {})
            status = pathlib.Path(f"/proc/{server.process.pid}/status")
            if not status.exists() or os.environ.get("DYNOX_SANITIZED") == "1":
                self.skipTest("cannot be told here")
            rss, = [int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmRSS")]
            print(f"idle: {rss} KiB")
            self.assertLess(rss, 4 * 1024)


if __name__ == "__main__":
    unittest.main()
