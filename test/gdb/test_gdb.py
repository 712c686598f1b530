#!/usr/bin/env python3
"""What gdb shows of the variables of subject.c, and the session in docs/debugging.md, word for word.

usage: test_gdb.py PRINTERS PROGRAM

Addresses and the port are not compared. Where there is no gdb, or it may not trace a program, the tests are skipped."""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

PAGE = pathlib.Path(__file__).resolve().parents[2] / "docs/debugging.md"
ITEM = '{"pk": "USER#1", "age": 36, "tags": set("a", "b")}'
FAILURE = 'DYNOX_E_THROTTLED: too "fast" (ThrottlingException, HTTP 400, request R1, 3 attempts, retryable)'
ENVIRONMENT = {**os.environ, "AWS_EC2_METADATA_DISABLED": "true", "DYNOX_DEBUG": "1", "LC_ALL": "C.UTF-8",
               "DEBUGINFOD_URLS": ""}
PRINTERS, PROGRAM = sys.argv[1:3] if len(sys.argv) > 2 else (None, None)


def gdb(*commands, **environment):
    """What each command printed, from the stop in subject_ready on; None: it did not come there, and says why."""
    arguments = ["gdb", "-nx", "-batch", "-iex", "set width 0", "-ex", f"source {PRINTERS}"]
    for command in ("break subject_ready", "run", *(part for each in commands for part in ("echo @@@\\n", each)),
                    "echo @@@\\n", "kill"):
        arguments += ["-ex", command]
    done = subprocess.run([*arguments, PROGRAM], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          env={**ENVIRONMENT, **environment}, timeout=240)
    output = done.stdout.decode("utf-8", "replace")
    if "hit Breakpoint" not in output and "Breakpoint 1, " not in output:
        return None, output
    return [same(each) for each in output.split("@@@\n")[1:-1]], output


def same(text):
    """Without what differs from run to run. A call may have been sent by now or not."""
    text = re.sub(r"0x[0-9a-f]{4,}", "0x...", re.sub(r"^\$\d+ = ", "", text.strip()))
    return re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:N", re.sub(r", 1 attempt(?=$|,)", "", text, flags=re.M))


class Shown(unittest.TestCase):
    def shows(self, **expected):
        printed, output = gdb(*(f"print {name}" for name in expected))
        self.assertIsNotNone(printed, output)
        self.assertEqual(dict(zip(expected, printed)), expected)

    def test_scalars(self):
        self.shows(text='"Ada"', whole="-36", big="18446744073709551615", real="0.5", digits="12345678901234567890.50",
                   binary="bytes(3) 0001ff", yes="true", nothing="null", no_value="invalid", unknown_type="unknown")

    def test_text_with_escapes(self):
        self.shows(nul_inside=r'"a\u0000b"', odd_text=r'"\"\\\n\u0001 grüß \xff"')

    def test_lists_maps_and_sets(self):
        self.shows(list='[1, "two"]', map='{"a": 1, "b": [1, "two"]}', named='"b": [1, "two"]', empty="[]",
                   strings='set("two")', numbers="set(1)", binaries="set(bytes(3) 0001ff)")

    def test_what_is_long_is_cut_as_gdb_is_told(self):
        (default, short, all_of_it, many), _ = gdb("print long_text", "with print elements 3 -- print long_text",
                                                   "with print elements unlimited -- print long_text", "print many")
        self.assertEqual(default, '"' + "x" * 200 + '"...')
        self.assertEqual(short, '"xxx"...')
        self.assertEqual(all_of_it, '"' + "x" * 1000 + '"')
        self.assertTrue(many.endswith("198, 199, ...]"), many)

    def test_what_is_deep_is_cut_as_gdb_is_told(self):
        (deep, shallow, circle), _ = gdb("print deep", "with print max-depth 2 -- print deep",
                                         "with print elements unlimited -- with print max-depth unlimited -- print circle")
        self.assertEqual(deep, "[" * 20 + "[...]" + "]" * 20)
        self.assertEqual(shallow, "[[[...]]]")
        self.assertIn("...", circle)

    def test_garbage_is_said_and_nothing_raises(self):
        bad = "<not readable: Cannot access memory at address 0x10>"
        self.shows(bad_type="<no value: its type is 77>", bad_text=bad, bad_list=f"[{bad}, ...]", no_list="[<NULL>]",
                   bad_pointer=f"(dynox_value *) 0x10 {bad}", no_pointer="(dynox_value *) 0x0",
                   bad_item="{<not readable: Cannot access memory at address 0x18>, ...}",
                   bad_future="(dynox_future *) 0x... <not readable: Cannot access memory at address 0x...>")

    def test_items(self):
        self.shows(item=f"(dynox_item *) 0x... {ITEM}", no_item="(dynox_item *) 0x0", three=f"[{ITEM}, NULL, {ITEM}]",
                   page=f"page: 1 matched, 4 scanned, goes on behind {ITEM} [{ITEM}]")

    def test_items_over_several_lines(self):
        (shown,), _ = gdb("with print pretty on -- print *item")
        self.assertEqual(shown, '{\n  "pk": "USER#1",\n  "age": 36,\n  "tags": set(\n    "a",\n    "b"\n  )\n}')

    def test_expressions(self):
        self.shows(expression='(dynox_expr *) 0x... "age > ? AND city = ?" with [18, "Oslo"]',
                   bare='(dynox_expr *) 0x... "attribute_exists(pk)"',
                   refused='(dynox_expr *) 0x... refused: DYNOX_E_EXPRESSION, "the text of an expression is NULL"')

    def test_errors_and_info(self):
        self.shows(fine="DYNOX_OK", failure=FAILURE, info='1 attempt, 3214 us, request R2, consumed [0.5 units of "users"]',
                   cancelled='DYNOX_E_TRANSACTION_CANCELLED: cancelled, reasons [None, ConditionalCheckFailed "no"]')

    def test_futures_that_are_done(self):
        it = "(dynox_future *) 0x... "
        self.shows(done=f"{it}settled, done, (long) 42", found=f"{it}settled, done, (dynox_item *) 0x... {ITEM}",
                   nobody=f"{it}settled, done", taken=f"{it}settled, done, value taken", failed=f"{it}failed: {FAILURE}",
                   ended=f"{it}failed: DYNOX_E_TIMEOUT")

    def test_who_waits_for_a_future_and_what_it_waits_for(self):
        names = "pending", "handled", "gathered", "limited", "shielded", "awaiting", "late", "call"
        printed, _ = gdb(*(f"print {name}" for name in names), DYNOX_DEBUG="0")
        self.assertEqual([re.sub("^.*?0x... | 0x...", "", each) for each in printed], [
            "promise, pending, awaited by gather, then",
            "then, pending, waits for promise, awaited by gather",
            "gather, pending, waits for promise, then, awaited by shield",
            "timeout, pending, waits for sleep",
            "shield, pending, waits for gather, awaited by coroutine spend",
            f"coroutine spend, pending at line {self.line('DYNOX_AWAIT_VOID')}, waits for shield",
            "promise, pending, awaited by callback subject_callback",
            'call GetItem "users", pending'])

    def test_where_a_future_was_made(self):
        (shown,), _ = gdb("print call")
        self.assertRegex(shown, rf"made at .*subject\.c:{self.line('call   = dynox_get_item')}$")

    @staticmethod
    def line(words):
        lines = pathlib.Path(__file__).with_name("subject.c").read_text().splitlines()
        return next(number for number, line in enumerate(lines, 1) if words in line)

    def test_streams(self):
        self.shows(orders='(dynox_stream *) 0x... stream of Query "orders", 0 items so far',
                   broken='(dynox_stream *) 0x... stream of Query "orders", 0 items so far, failed: DYNOX_E_EXPRESSION: '
                          "key condition, column 6: expected a name or ?, found the end")

    def test_clients_and_none_of_their_secrets(self):
        client = 'client of "http://127.0.0.1:N", region eu-north-1, 1 call in flight'
        self.shows(**{"*db": client}, db=f"(dynox_client *) 0x... {client}", without="(dynox_client *) 0x0")

    def test_records_of_models(self):
        rest = ('gift: false, has_weight: true, weight: 0.5, at: none, ends: none, state: 0, seal: NULL, '
                'best: {sku: NULL, quantity: 0}, lines: NULL, tags: NULL, any: invalid, own: 0}')
        loaded = f'{{pk: "SALE#2", name: "Eve", code: "", total: 2, version: 3, {rest}'
        self.shows(mine='sale (new) {pk: "SALE#1", name: "Ada \\"L\\"", code: "x1", total: 12, version: 0, gift: true, '
                        'has_weight: false, at: 2026-01-02T12:00:00+00:00, ends: none, state: paid, seal: bytes(2) 0001, '
                        'best: {sku: "a", quantity: 1}, lines: [{sku: "a", quantity: 1}, {sku: "b", quantity: 2}], '
                        'tags: set("new", "old"), any: {"a": 1, "b": [1, "two"]}, own: 7}',
                   loaded=f"(sale *) 0x... sale (loaded, changed: name total) {loaded}",
                   copied=f"sale (stored) {loaded}", rex='dog (new) {pk: "DOG#1", kind: NULL, breed: "collie"}',
                   found_sale=f"(dynox_future *) 0x... settled, done, (sale *) 0x... sale (loaded, changed: name total) {loaded}",
                   no_record="(sale *) 0x0", bad_record="(sale *) 0x10 <not readable: Cannot access memory at address 0x20>")

    def test_all_pending_futures(self):
        (pending, everything), _ = gdb("info dynox-futures", "info dynox-futures all")
        self.assertEqual(len(pending.splitlines()), 9, pending)
        self.assertGreater(len(everything.splitlines()), 9, everything)
        (off,), _ = gdb("info dynox-futures", DYNOX_DEBUG="0")
        self.assertIn("set DYNOX_DEBUG=1", off)

    def test_a_printer_can_be_switched_off(self):
        (_, pointer, value), _ = gdb("disable pretty-printer global dynox;pointers", "print item", "print *item")
        self.assertEqual(pointer, "(dynox_item *) 0x...")
        self.assertEqual(value, ITEM)

    def test_frames_are_shown_whatever_is_left_of_their_variables(self):
        (frames, full), output = gdb("bt", "bt full")
        self.assertIn('(const dynox_value *) 0x... "a local"', frames)
        self.assertNotIn("Python", output)
        self.assertIn("main", full)

    def test_a_terminal_without_the_letters(self):
        (shown,), _ = gdb("print odd_text", LC_ALL="C")
        self.assertRegex(shown, r'^"\\"\\\\\\n\\u0001 gr.*\\xff"$')

    def test_a_core_file(self):
        with tempfile.TemporaryDirectory() as folder:
            core = os.path.join(folder, "core")
            _, output = gdb(f"generate-core-file {core}")
            self.assertTrue(os.path.exists(core), output)
            done = subprocess.run(["gdb", "-nx", "-batch", "-iex", "set width 0", "-ex", f"source {PRINTERS}", "-ex", "print *item",
                                   "-ex", "info dynox-futures", PROGRAM, core], stdin=subprocess.DEVNULL, env=ENVIRONMENT,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
        self.assertIn(f"= {ITEM}\n", done.stdout)
        self.assertIn("coroutine spend, pending", done.stdout)

    def test_the_session_of_the_page(self):
        session = re.search(r"^<!-- session -->\n```\n(.*?)^```$", PAGE.read_text(), re.M | re.S)[1]
        steps = re.findall(r"^\(gdb\) (.*)\n((?:(?!\(gdb\)).*\n)*)", session, re.M)
        printed, output = gdb(*(command for command, _ in steps), DYNOX_DEBUG="0")
        self.assertIsNotNone(printed, output)
        self.assertEqual(printed, [same(expected) for _, expected in steps])


def skip(why):
    if os.environ.get("DYNOX_REQUIRE_PEERS") == "1":
        sys.exit(why)
    print(f"SKIP: {why}")
    sys.exit(77)


if __name__ == "__main__":
    if not shutil.which("gdb"):
        skip("there is no gdb")
    if subprocess.run(["gdb", "-nx", "-batch", "-ex", "python 1"], stderr=subprocess.PIPE).stderr:
        skip("this gdb has no Python")
    reached, said = gdb("echo")
    if reached is None and re.search("ptrace|Operation not permitted", said):
        skip("gdb may not trace a program here")
    unittest.main(argv=sys.argv[:1])
