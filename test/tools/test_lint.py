"""lint.py finds what it is for, and leaves the rest alone."""
import importlib.util
import pathlib
import tempfile
import unittest

specification = importlib.util.spec_from_file_location("lint", pathlib.Path(__file__).with_name("lint.py"))
lint = importlib.util.module_from_spec(specification)
specification.loader.exec_module(lint)


class Lint(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.before, lint.ROOT = lint.ROOT, pathlib.Path(self.folder.name)

    def tearDown(self):
        lint.ROOT = self.before
        self.folder.cleanup()

    def lines(self, check, name, text):
        """The lines on which a check finds something in a file of that name."""
        path = lint.ROOT / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return [line for _, line, _ in lint.CHECKS[check]()]

    def test_floors(self):
        self.assertEqual(self.lines("floors", "src/base/a.c", '#include "base/x.h"\n#include "base/y.h"\n'
                                    '#include "aws/call/z.h"\n#include "own.h"\n#include "cellar/x.h"\n'), [3, 4, 5])

    def test_rooms(self):
        self.assertEqual(self.lines("floors", "src/value/item/a.c", '#include "value/text/x.h"\n#include "value/item/y.h"\n'
                                    '#include "value/json/z.h"\n#include "value/x.h"\n#include "async/cellar/x.h"\n'),
                         [3, 4, 5])

    def test_files_that_are_in_no_room(self):
        self.assertEqual(self.lines("floors", "src/value/a.c", '#include "base/x.h"\n'), [1])

    def test_places_of_types(self):
        take = "#undef DYNOX_TYPES_2_\n"
        self.assertEqual(self.lines("types", "include/dynox/a.h", take), [])
        self.assertEqual(self.lines("types", "include/dynox/b.h", "#undef DYNOX_TYPES_3_\n" + take), [2])

    def test_libraries(self):
        self.assertEqual(self.lines("libraries", "src/client/a.c", "/* */\n#include <curl/curl.h>\n"), [2])
        self.assertEqual(self.lines("libraries", "src/client/a.c", "#include <sys/epoll.h>\n#include <sys/prctl.h>\n"), [1, 2])

    def test_functions_but_not_their_namesakes(self):
        text = 'x = malloc(1);\ndynox__malloc(1); a->free(2); a.free(2); /* free(x) */ "atoi(";\nfoo_free(x);\n\tatoi(s);\n'
        self.assertEqual(self.lines("functions", "src/base/a.c", text), [1, 4])

    def test_functions_that_go_by_the_locale(self):
        self.assertEqual(self.lines("functions", "src/base/a.c", "strcasecmp(a, b);\ntolower(c);\n"), [1, 2])

    def test_fewer_functions_outside_the_library(self):
        self.assertEqual(self.lines("functions", "test/base/a.c", "free(x);\nstrcpy(to, from);\n"), [2])

    def test_gotos(self):
        text = "void f(void)\n{\nout:\n    goto out;\n    goto fail;\n    goto end;\nfail:\n    return;\n}\n"
        self.assertEqual(self.lines("gotos", "src/base/a.c", text), [4, 6])

    def test_documentation(self):
        text = ("/* What it is. */\n\n/* Does it. */\nDYNOX_API int a(void);\nDYNOX_API int b(int x,\n"
                "                int y);\n\nDYNOX_API int c(void);\nDYNOX_API int d(void); /* does d */\n"
                "/* ---- part ---- */\nDYNOX_API int e_(int x);\n\nDYNOX_API int f(int);\n")
        self.assertEqual(self.lines("documentation", "include/dynox/a.h", text), [8, 13])

    def test_headers(self):
        self.assertEqual(self.lines("headers", "include/dynox/good.h", "int good(void);\n"), [])
        self.assertEqual(self.lines("headers", "include/dynox/bad.h", "size_t bad(void);\n"), [1, 1])

    def test_first_lines(self):
        self.assertEqual(self.lines("first_lines", "src/base/a.c", "#include <stdio.h>\n"), [1])


if __name__ == "__main__":
    unittest.main()
