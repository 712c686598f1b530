#!/usr/bin/env python3
"""Each operation that gives a future has a twin that waits, with the same arguments: in the headers, all of them."""
import pathlib
import re
import unittest

HEADERS = sorted((pathlib.Path(__file__).resolve().parents[2] / "include/dynox").glob("*.h"))


def code():
    text = "\n".join(path.read_text() for path in HEADERS)
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    return re.sub(r"[ \t]+", " ", text.replace("\\\n", " "))


def functions(result):
    """Name and argument struct of functions that take a client and a struct."""
    pattern = rf"{result}\s*(dynox_(\w+)_with)\(\s*(?:dynox_transaction \*\w+,\s*)?dynox_client \*client,\s*const (\w+) \*"
    return {match[2]: match[3] for match in re.finditer(pattern, code())}


class Twins(unittest.TestCase):
    # Row 22. Both take the same struct, so what one can be asked the other can be, too.
    def test_each_operation_has_both_forms_with_the_same_arguments(self):
        futures, statuses = functions(r"dynox_future \*"), functions("dynox_status")
        statuses.update(functions("bool"))
        self.assertGreater(len(futures), 30)
        for name, struct in sorted(futures.items()):
            with self.subTest(name):
                self.assertEqual(statuses.get(f"sync_{name}"), struct)

    # Row 22.
    def test_each_macro_has_both_forms_with_the_same_parameters(self):
        macros = dict(re.findall(r"#define (dynox_\w+)\(([^)]*)\)", code()))
        names = [name for name in functions(r"dynox_future \*") if f"dynox_{name}" in macros]
        self.assertGreater(len(names), 30)
        for name in names:
            with self.subTest(name):
                self.assertEqual(len(macros.get(f"dynox_sync_{name}", "?,?,?,?,?").split(",")),
                                 len(macros[f"dynox_{name}"].split(",")))

    # Row 22. A stream is walked by DYNOX_FOR_EACH or DYNOX_SYNC_FOR_EACH.
    def test_each_stream_of_pages_gives_pages_in_both_forms(self):
        for name in functions(r"dynox_stream \*"):
            with self.subTest(name):
                page = functions(r"dynox_future \*").get(f"{name}_page")
                self.assertEqual(page, functions("dynox_status").get(f"sync_{name}_page"))


if __name__ == "__main__":
    unittest.main()
