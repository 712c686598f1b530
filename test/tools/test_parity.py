"""parity.py finds the marks in tests, and tells rows without one, marks without a row, and a page that is old."""
import pathlib
import subprocess
import sys
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).with_name("parity.py")
HEAD = "# Page\n\n| # | | feature | what shows it | test |\n|---|---|---|---|---|\n"


class Parity(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)

    def put(self, path, text):
        path = self.root / path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def rows(self, *numbers):
        self.put("docs/parity.md", HEAD + "".join(f"| {row} | P | A: b | c |  |\n" for row in numbers))

    def run_it(self, *arguments):
        done = subprocess.run([sys.executable, SCRIPT, "--root", self.root, *arguments], stdout=subprocess.PIPE,
                              text=True, timeout=60)
        return done.returncode, done.stdout

    def test_the_page_names_each_test_and_is_right_from_then_on(self):
        self.rows(1, 2, 3, 4, 5)
        self.put("test/a/test_a.c", "/* Rows 1, 3-4. More\n * words. */\nstatic void it_works(void **state)\n{}\n")
        self.put("test/b.py", "class B:\n    # Rows 2 and 4.\n    def test_b(self):\n        pass\n")
        self.put("test/c.sh", "# the command, @rows 5.\n")
        self.assertEqual(self.run_it("--write")[0], 0)
        page = (self.root / "docs/parity.md").read_text()
        self.assertIn("| 4 | P | A: b | c | [test_a](../test/a/test_a.c) `it_works`; [b](../test/b.py) `test_b` |", page)
        self.assertIn("| 5 | P | A: b | c | [c](../test/c.sh) |", page)
        self.assertEqual(self.run_it(), (0, "5 rows, 5 shown by tests, 0 open\n"))

    def test_a_row_without_a_test_fails_unless_it_is_open(self):
        self.rows(1, 273)
        code, said = self.run_it("--write")
        self.assertEqual((code, said), (1, "row 1 has no test: P | A: b | c\n"))
        self.assertIn("open: services and codecs", (self.root / "docs/parity.md").read_text())

    def test_an_open_row_with_a_test_fails(self):
        self.rows(273)
        self.put("test/test_a.c", "/* Row 273. */\nstatic void a(void **state)\n")
        self.assertIn("row 273 has a test, but", self.run_it("--write")[1])

    def test_an_old_page_fails(self):
        self.rows(1)
        self.put("test/test_a.c", "/* Row 1. */\nstatic void a(void **state)\n")
        self.assertEqual(self.run_it(), (1, "docs/parity.md is not up to date: test/tools/parity.py --write\n"))

    def test_a_mark_without_a_row_or_without_a_test_fails(self):
        self.rows(273)
        self.put("test/test_a.c", "/* Row 7. */\nstatic void a(void **state)\n")
        self.put("test/test_b.c", "/* Row 273. */\n\nstatic int b;\n")
        said = self.run_it("--write")[1]
        self.assertIn("test/test_a.c: there is no row 7", said)
        self.assertIn("test/test_b.c: a comment about rows has no test right behind it", said)


if __name__ == "__main__":
    unittest.main()
