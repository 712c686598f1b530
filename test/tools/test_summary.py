"""summary.py counts what ctest wrote, and calls nothing passed that did not run."""
import pathlib
import subprocess
import sys
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).with_name("summary.py")
PASSED = '<testcase name="a" status="run"/>'
FAILED = '<testcase name="b" status="fail"><failure message=""/></testcase>'
SKIPPED = ('<testcase name="c" status="notrun"><skipped message="SKIP_RETURN_CODE=77"/>'
           '<system-out>one\nSKIP: no server\n</system-out></testcase>')
OTHER = ('<testcase name="f" status="notrun"><skipped message="SKIP_RETURN_CODE=77"/>'
         '<system-out>SKIP: no data\n</system-out></testcase>')
MISSING = '<testcase name="d" status="notrun"><skipped message="Unable to find executable"/></testcase>'
DISABLED = '<testcase name="e" status="disabled"/>'


def summary(*runs):
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for number, cases in enumerate(runs):
            paths.append(pathlib.Path(folder, f"build{number}.xml"))
            paths[-1].write_text(f"<testsuite>{''.join(cases)}</testsuite>")
        done = subprocess.run([sys.executable, SCRIPT, *paths], stdout=subprocess.PIPE, text=True)
    return done.returncode, done.stdout.splitlines()


class Summary(unittest.TestCase):
    def test_runs_are_added_up(self):
        self.assertEqual(summary([PASSED, DISABLED], [PASSED, PASSED]), (0, ["3 passed, 0 failed, 0 skipped"]))

    def test_a_skipped_test_says_why(self):
        self.assertEqual(summary([PASSED, SKIPPED]),
                         (0, ["skipped: c (build0): no server", "1 passed, 0 failed, 1 skipped"]))

    def test_a_reason_that_many_tests_have_is_said_once(self):
        self.assertEqual(summary([PASSED, SKIPPED], [SKIPPED, OTHER]),
                         (0, ["2 tests skipped: no server", "skipped: f (build1): no data",
                              "1 passed, 0 failed, 3 skipped"]))

    def test_a_failure_is_named(self):
        self.assertEqual(summary([PASSED], [FAILED]), (1, ["failed: b (build1)", "1 passed, 1 failed, 0 skipped"]))

    def test_a_test_that_could_not_run_has_failed(self):
        self.assertEqual(summary([PASSED, MISSING])[1][-1], "1 passed, 1 failed, 0 skipped")

    def test_no_test_is_no_success(self):
        self.assertEqual(summary([SKIPPED])[0], 1)


if __name__ == "__main__":
    unittest.main()
