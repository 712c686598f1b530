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
            environment = {"XDG_CACHE_HOME": cache, "PATH": cache, "DYNOX_REQUIRE_PEERS": ""}
            done = script("with", "dynoxide", "--", "true", **environment)
            self.assertEqual((done.returncode, done.stdout[:5]), (77, "SKIP:"))
            self.assertIn("npm", done.stdout)
            done = script("with", "dynoxide", "--", "true", **{**environment, "DYNOX_REQUIRE_PEERS": "1"})
            self.assertEqual((done.returncode, done.stdout[:5]), (1, "FAIL:"))

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
