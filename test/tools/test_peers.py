"""peers.py runs a command with a server and passes its end on. Uses a stand-in for the server: nothing is fetched."""
import importlib.util
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).with_name("peers.py")
specification = importlib.util.spec_from_file_location("peers", SCRIPT)
peers = importlib.util.module_from_spec(specification)
specification.loader.exec_module(peers)

# Stands in for the fault server: port 11 in front of another server, 22 with a script; any command is fine.
FAULTSERVER = """import socket, sys
control = socket.create_server(("127.0.0.1", 0))
print("PORT", 22 if "--script" in sys.argv else 11, "CONTROL", control.getsockname()[1], flush=True)
line, _ = control.accept()
assert line.recv(99) == b"delay 50\\n"
line.sendall(b"ok\\n")
sys.stdin.read()
"""


def script(*arguments, **environment):
    return subprocess.run([sys.executable, SCRIPT, *arguments], env={**os.environ, **environment}, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)


class Peers(unittest.TestCase):
    def test_own_server_keeps_the_users_credentials(self):
        done = script("with", "own", "--", "sh", "-c", "echo $DYNOX_TEST_ENDPOINT $AWS_ACCESS_KEY_ID $DYNOX_TEST_PEER",
                      DYNOX_TEST_ENDPOINT="http://h:1", AWS_ACCESS_KEY_ID="MINE")
        self.assertEqual(done.stdout.strip(), "http://h:1 MINE own")

    def test_the_commands_end_is_passed_on(self):
        for command, code in (("exit 0", 0), ("exit 3", 3), ("exit 77", 77), ("kill -9 $$", 137)):
            done = script("with", "own", "--", "sh", "-c", command, DYNOX_TEST_ENDPOINT="http://h:1")
            self.assertEqual(done.returncode, code, command)

    def test_what_cannot_be_had_is_skipped_by_name_or_fails_where_it_is_required(self):
        with tempfile.TemporaryDirectory() as cache:
            environment = {"XDG_CACHE_HOME": cache, "PATH": cache, "DYNOX_REQUIRE_PEERS": "", "DYNOX_MISSING_PEERS": ""}
            done = script("with", "dynoxide", "--", "true", **environment)
            self.assertEqual((done.returncode, done.stdout[:5]), (77, "SKIP:"))
            self.assertIn("npm", done.stdout)
            done = script("with", "dynoxide", "--", "true", **{**environment, "DYNOX_REQUIRE_PEERS": "1"})
            self.assertEqual((done.returncode, done.stdout[:5]), (1, "FAIL:"))

    def test_a_registry_that_does_not_answer_is_said_at_once(self):
        with tempfile.TemporaryDirectory() as folder:
            npm = pathlib.Path(folder, "npm")
            npm.write_text(f"#!/bin/sh\necho \"$1\" >>{folder}/asked\necho 'npm ERR! network down'\nexit 1\n")
            npm.chmod(0o755)
            for name in ("dynoxide", "dynalite"):
                done = script("get", name, XDG_CACHE_HOME=folder, PATH=folder, DYNOX_REQUIRE_PEERS="",
                              DYNOX_MISSING_PEERS="")
                self.assertEqual(done.returncode, 77, name)
                for words in ("the npm registry does not give", name, "network down", "DYNOX_TEST_ENDPOINT="):
                    self.assertIn(words, done.stdout)
            self.assertEqual(pathlib.Path(folder, "asked").read_text().split(), ["view", "view"])

    def test_what_could_not_be_had_is_not_tried_again(self):
        with tempfile.TemporaryDirectory() as folder:
            done = script("with", "dynalite", "--", "true", XDG_CACHE_HOME=folder, PATH=folder, DYNOX_REQUIRE_PEERS="",
                          DYNOX_MISSING_PEERS=" dynoxide dynalite")
            self.assertEqual((done.returncode, done.stdout.strip()), (77, "SKIP: dynalite could not be had"))

    def test_the_scripted_server_stands_beside_the_one_that_is_in_front(self):
        with tempfile.TemporaryDirectory() as folder:
            server = pathlib.Path(folder, "server")
            server.write_text(f"#!{sys.executable}\n{FAULTSERVER}")
            server.chmod(0o755)
            done = script("with", "own", "--faultserver", str(server), "--say", "delay 50", "--scripted", "--", "sh", "-c",
                          "echo $DYNOX_TEST_DIRECT $AWS_ENDPOINT_URL $DYNOX_TEST_SCRIPTED", DYNOX_TEST_ENDPOINT="http://h:1")
        self.assertEqual(done.stdout.strip(), "http://h:1 http://127.0.0.1:11 http://127.0.0.1:22")

    def test_a_server_is_ended_when_its_use_ends(self):
        peers.command_line = lambda name, port: [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1"]
        with peers.running("dynoxide") as port:
            self.assertTrue(peers.answers(port))
        self.assertFalse(peers.answers(port))

    def test_a_server_that_does_not_start_is_missing(self):
        peers.command_line = lambda name, port: [sys.executable, "-c", "raise SystemExit('no wish to')"]
        with self.assertRaisesRegex(peers.Missing, "no wish to"):
            with peers.running("dynoxide"):
                pass

    def test_nothing_of_the_users_configuration_reaches_a_test(self):
        os.environ["AWS_PROFILE"] = "work"
        try:
            environment = peers.reach("dynoxide", 1)
        finally:
            del os.environ["AWS_PROFILE"]
        self.assertNotIn("AWS_PROFILE", environment)
        self.assertEqual(environment["AWS_CONFIG_FILE"], "/dev/null")


if __name__ == "__main__":
    unittest.main()
