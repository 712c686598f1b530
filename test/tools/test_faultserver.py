"""The fault server does what its head comment says. Arguments: the program."""
import json
import socket
import subprocess
import sys
import threading
import time
import unittest
import zlib

PROGRAM = sys.argv[1] if len(sys.argv) > 1 else "faultserver"


class Server:
    """A running fault server and a line to its control port."""

    def __init__(self, *arguments):
        self.process = subprocess.Popen([PROGRAM, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        words = self.process.stdout.readline().split()
        assert words[0] == b"PORT" and words[2] == b"CONTROL", words
        self.port, self.control_port = int(words[1]), int(words[3])
        with socket.create_connection(("127.0.0.1", self.control_port)) as connection:
            self.control = connection.makefile("rw")

    def say(self, line):
        self.control.write(line + "\n")
        self.control.flush()
        return self.control.readline().strip()

    def stats(self):
        return json.loads(self.say("stats"))

    def connect(self):
        connection = socket.create_connection(("127.0.0.1", self.port))
        connection.settimeout(20)
        return connection

    def stop(self):
        self.control.close()
        self.process.stdin.close()
        code = self.process.wait(20)
        self.process.stdout.close()
        return code


def send(connection, operation="GetItem", body=b"{}"):
    head = f"POST / HTTP/1.1\r\nHost: x\r\nX-Amz-Target: DynamoDB_20120810.{operation}\r\n"
    connection.sendall((head + f"Content-Length: {len(body)}\r\n\r\n").encode() + body)


def read_all(connection):
    """What comes until the other end closes, and whether it ended with a reset."""
    data = b""
    while True:
        try:
            more = connection.recv(65536)
        except ConnectionResetError:
            return data, True
        if not more:
            return data, False
        data += more


def read_answer(connection):
    """Status, headers and body of an answer that is framed by Content-Length or chunks."""
    with connection.makefile("rb") as stream:
        return parse_answer(stream)


def parse_answer(stream):
    status = int(stream.readline().split()[1])
    headers = {}
    while (line := stream.readline().strip()):
        name, _, value = line.decode().partition(":")
        headers[name.lower()] = value.strip()
    if headers.get("transfer-encoding") == "chunked":
        body = b""
        while (size := int(stream.readline(), 16)) > 0:
            body += stream.read(size)
            stream.readline()
        stream.readline()
        return status, headers, body
    return status, headers, stream.read(int(headers.get("content-length", 0)))


def head_and_body(data):
    head, _, body = data.partition(b"\r\n\r\n")
    return head, body


class Scripted(unittest.TestCase):
    def setUp(self):
        self.server = Server("--script")
        self.connections = []

    def tearDown(self):
        for connection in self.connections:
            connection.close()
        self.assertEqual(self.server.stop(), 0)

    def connect(self):
        self.connections.append(self.server.connect())
        return self.connections[-1]

    def ask(self, *arguments, **named):
        connection = self.connect()
        send(connection, *arguments, **named)
        return read_answer(connection)

    def plan(self, text):
        self.assertEqual(self.server.say(text), "ok")

    def test_get_item_has_an_item_a_crc_and_a_request_id(self):
        status, headers, body = self.ask()
        self.assertEqual(status, 200)
        self.assertEqual(json.loads(body)["Item"]["pk"], {"S": "USER#1"})
        self.assertEqual(int(headers["x-amz-crc32"]), zlib.crc32(body))
        self.assertEqual(len(headers["x-amzn-requestid"]), 52)

    def test_a_connection_carries_many_requests(self):
        connection = self.connect()
        for _ in range(5):
            send(connection)
            self.assertEqual(read_answer(connection)[0], 200)
        self.assertEqual(self.server.stats()["connections"], 1)
        self.assertEqual(self.server.stats()["requests"], 5)

    def test_pipelined_requests_are_answered_in_order(self):
        connection = self.connect()
        self.plan("status 500 x1, status 501 x1")
        send(connection)
        send(connection)
        self.assertEqual([read_answer_unbuffered(connection)[0] for _ in range(2)], [500, 501])

    def test_a_body_can_be_set(self):
        self.plan('body PutItem {"hello": "you"}')
        self.assertEqual(self.ask("PutItem")[2], b'{"hello": "you"}')
        self.assertEqual(self.ask("DeleteItem")[2], b"{}")

    def batch(self, operation, request):
        status, _, body = self.ask(operation, json.dumps({"RequestItems": request}, separators=(",", ":")).encode())
        self.assertEqual(status, 200)
        return json.loads(body)

    def test_batches_are_done_but_for_what_is_handed_back(self):
        keys = [{"pk": {"S": text}} for text in ('a"]}', "b", "c")]
        reads = {"t": {"Keys": keys[:2], "ConsistentRead": True}, "u": {"Keys": keys[2:]}}
        writes = {"t": [{"PutRequest": {"Item": keys[0]}}], "u": [{"DeleteRequest": {"Key": key}} for key in keys[1:]]}
        self.assertEqual(self.batch("BatchGetItem", reads), {"Responses": {"t": keys[:2], "u": keys[2:]}, "UnprocessedKeys": {}})
        self.assertEqual(self.batch("BatchWriteItem", writes), {"UnprocessedItems": {}})
        self.server.say("unprocessed 2")
        self.assertEqual(self.batch("BatchGetItem", reads),
                         {"Responses": {"t": keys[:1]},
                          "UnprocessedKeys": {"t": {"Keys": keys[1:2], "ConsistentRead": True}, "u": {"Keys": keys[2:]}}})
        self.assertEqual(self.batch("BatchWriteItem", writes), {"UnprocessedItems": {"u": writes["u"]}})
        self.server.say("unprocessed 9")
        self.assertEqual(self.batch("BatchWriteItem", writes), {"UnprocessedItems": writes})

    def test_the_last_request_can_be_seen(self):
        self.ask("PutItem", b'{"a":1}')
        self.assertTrue(json.loads(self.server.say("last"))["request"].endswith('\r\n\r\n{"a":1}'))

    def test_a_fault_is_for_so_many_requests(self):
        self.plan("throttle x2")
        self.assertEqual([self.ask()[0] for _ in range(3)], [400, 400, 200])
        self.assertEqual(self.server.stats()["faults"], 2)

    def test_a_fault_without_a_number_stays_until_the_plan_changes(self):
        self.plan("status 500")
        self.assertEqual([self.ask()[0] for _ in range(3)], [500, 500, 500])
        self.plan("none")
        self.assertEqual(self.ask()[0], 200)

    def test_steps_follow_each_other(self):
        self.plan("status 500 x1, status 503 x2, throttle")
        self.assertEqual([self.ask()[0] for _ in range(5)], [500, 503, 503, 400, 400])

    def test_none_lets_requests_pass(self):
        self.plan("none x2, status 500 x1")
        self.assertEqual([self.ask()[0] for _ in range(4)], [200, 200, 500, 200])
        self.assertEqual(self.server.stats()["faults"], 1)

    def test_a_fault_can_be_for_one_operation(self):
        self.plan("status 500 x1 on PutItem")
        self.assertEqual([self.ask(name)[0] for name in ("GetItem", "PutItem", "PutItem")], [200, 500, 200])

    def test_throttling_has_a_type(self):
        self.plan("throttle x1, throttle ProvisionedThroughputExceededException x1")
        self.assertTrue(json.loads(self.ask()[2])["__type"].endswith("#ThrottlingException"))
        self.assertTrue(json.loads(self.ask()[2])["__type"].endswith("#ProvisionedThroughputExceededException"))

    def test_a_status_without_a_type_has_no_body(self):
        self.plan("status 413")
        status, _, body = self.ask()
        self.assertEqual((status, body), (413, b""))

    def test_reset_connect(self):
        self.plan("reset connect x1")
        self.assertEqual(read_all(self.connect()), (b"", True))
        self.assertEqual(self.ask()[0], 200)

    def test_reset_before_and_after(self):
        for when in ("before", "after"):
            self.plan(f"reset {when} x1")
            connection = self.connect()
            send(connection)
            self.assertEqual(read_all(connection), (b"", True))

    def test_silence(self):
        self.plan("silent x1")
        connection = self.connect()
        send(connection)
        connection.settimeout(0.1)
        self.assertRaises(socket.timeout, connection.recv, 1)
        self.assertEqual(self.ask()[0], 200)

    def test_cut_ends_with_fin_and_cutrst_with_rst(self):
        whole = self.ask()[2]
        for fault, reset in (("cut 10", False), ("cutrst 10", True)):
            self.plan(fault)
            connection = self.connect()
            send(connection)
            data, was_reset = read_all(connection)
            self.assertEqual((head_and_body(data)[1], was_reset), (whole[:10], reset))

    def test_cuthead_ends_inside_the_head(self):
        self.plan("cuthead 30")
        connection = self.connect()
        send(connection)
        self.assertEqual(len(read_all(connection)[0]), 30)

    def test_stall_sends_so_much_and_no_more(self):
        self.plan("stall 5 x1")
        connection = self.connect()
        send(connection)
        connection.settimeout(0.2)
        data = b""
        with self.assertRaises(socket.timeout):
            while True:
                data += connection.recv(65536)
        self.assertEqual(len(head_and_body(data)[1]), 5)

    def test_slow_takes_its_time_and_loses_nothing(self):
        start = time.monotonic()
        whole = self.ask()[2]
        fast = time.monotonic() - start
        self.plan("slow 2000")
        start = time.monotonic()
        self.assertEqual(self.ask()[2], whole)
        self.assertGreater(time.monotonic() - start, fast)

    def test_garble_flips_one_bit(self):
        _, headers, whole = self.ask()
        self.plan("garble")
        _, headers, body = self.ask()
        self.assertEqual(len(body), len(whole))
        self.assertEqual(sum(bin(a ^ b).count("1") for a, b in zip(whole, body)), 1)
        self.assertEqual(int(headers["x-amz-crc32"]), zlib.crc32(whole))

    def test_badcrc_leaves_the_body_alone(self):
        whole = self.ask()[2]
        self.plan("badcrc")
        _, headers, body = self.ask()
        self.assertEqual(body, whole)
        self.assertNotEqual(int(headers["x-amz-crc32"]), zlib.crc32(whole))

    def test_empty(self):
        self.plan("empty")
        status, headers, body = self.ask()
        self.assertEqual((status, headers["content-length"], body), (200, "0", b""))

    def test_chunked(self):
        whole = self.ask()[2]
        self.plan("chunked 7")
        _, headers, body = self.ask()
        self.assertEqual((headers["transfer-encoding"], body), ("chunked", whole))
        self.assertNotIn("content-length", headers)

    def test_an_interim_answer_comes_first(self):
        self.plan("1xx 100 x1")
        connection = self.connect()
        send(connection)
        self.assertEqual([read_answer_unbuffered(connection)[0] for _ in range(2)], [100, 200])

    def test_a_header_and_the_date_can_be_set(self):
        self.plan("header x-amz-retry-after 1500 + date 3600")
        _, headers, _ = self.ask()
        self.assertEqual(headers["x-amz-retry-after"], "1500")
        then = time.mktime(time.strptime(headers["date"], "%a, %d %b %Y %H:%M:%S %Z")) - time.timezone
        self.assertAlmostEqual(then - time.time(), 3600, delta=600)

    def test_idleclose_closes_after_the_answer(self):
        self.plan("idleclose 20 x1")
        connection = self.connect()
        send(connection)
        data, reset = read_all(connection)
        head, body = head_and_body(data)
        self.assertFalse(reset)
        self.assertNotIn(b"close", head)
        self.assertTrue(json.loads(body)["Item"])

    def test_closeidle_closes_now(self):
        connection = self.connect()
        send(connection)
        read_answer(connection)
        self.assertEqual(self.server.say("closeidle"), "ok 1")
        self.assertEqual(connection.recv(1), b"")

    def test_delays_run_side_by_side(self):
        self.plan("delay 100")
        connections = [self.connect() for _ in range(500)]
        start = time.monotonic()
        for connection in connections:
            send(connection)
        for connection in connections:
            self.assertEqual(read_answer(connection)[0], 200)
        taken = time.monotonic() - start
        self.assertGreaterEqual(taken, 0.1)
        self.assertLess(taken, 500 * 0.1 / 2)
        self.assertGreater(self.server.stats()["most_running"], 1)

    def test_faults_combine(self):
        self.plan("throttle + header x-amz-retry-after 9 + chunked 3 x1")
        status, headers, body = self.ask()
        self.assertEqual((status, headers["x-amz-retry-after"]), (400, "9"))
        self.assertTrue(json.loads(body)["__type"])
        self.assertEqual(self.ask()[0], 200)

    def test_nonsense_is_refused_and_changes_nothing(self):
        self.plan("status 500")
        for line in ("", "nonsense", "cut", "status", "delay x", "reset never", "throttle x0", "cut 5 +", "slow 0", "body X"):
            self.assertTrue(self.server.say(line).startswith("error: "), line)
        self.assertEqual(self.ask()[0], 500)

    def test_reset_forgets_counts_and_plan(self):
        self.plan("status 500")
        self.ask()
        self.plan("reset")
        self.assertEqual(self.server.stats()["requests"], 0)
        self.assertEqual(self.ask()[0], 200)

    def test_garbage_ends_the_connection_only(self):
        connection = self.connect()
        connection.sendall(b"\r\n\r\n")
        self.assertEqual(read_all(connection)[0], b"")
        self.assertEqual(self.ask()[0], 200)


def read_answer_unbuffered(connection):
    """Reads no byte more than the answer has."""
    data = b""
    while not data.endswith(b"\r\n\r\n"):
        data += connection.recv(1)
    status = int(data.split()[1])
    size = [int(line.split(b":")[1]) for line in data.split(b"\r\n") if line.lower().startswith(b"content-length")]
    body = b""
    while size and len(body) < size[0]:
        body += connection.recv(size[0] - len(body))
    return status, body


class Proxied(unittest.TestCase):
    """In front of a scripted server: what reaches it, and what comes back."""

    def setUp(self):
        self.behind = Server("--script")
        self.server = Server("--upstream", f"127.0.0.1:{self.behind.port}")

    def tearDown(self):
        self.server.stop()
        self.behind.stop()

    def ask(self, *arguments, **named):
        with self.server.connect() as connection:
            send(connection, *arguments, **named)
            return read_answer(connection)

    def test_answers_pass_through(self):
        status, headers, body = self.ask()
        self.assertEqual(status, 200)
        self.assertEqual(int(headers["x-amz-crc32"]), zlib.crc32(body))

    def test_large_bodies_pass_both_ways(self):
        text = "x" * 3_000_000
        self.behind.say('body PutItem {"a":"' + text + '"}')
        _, _, body = self.ask("PutItem", b"y" * 3_000_000)
        self.assertEqual(json.loads(body)["a"], text)
        self.assertEqual(self.behind.stats()["requests"], 1)

    def test_chunked_answers_can_be_bent(self):
        self.behind.say("chunked 7")
        whole = self.ask()[2]
        self.server.say("garble")
        body = self.ask()[2]
        self.assertEqual(len(body), len(whole))
        self.assertNotEqual(body, whole)

    def test_only_reset_after_is_executed(self):
        for fault, executed in (("reset connect", 0), ("reset before", 0), ("throttle", 0), ("reset after", 1),
                                ("cut 3", 1)):
            self.behind.say("reset")
            self.server.say(fault + " x1")
            with self.server.connect() as connection:
                try:
                    send(connection)
                except (ConnectionResetError, BrokenPipeError):
                    pass
                read_answer(connection) if fault == "throttle" else read_all(connection)
            self.assertEqual(self.behind.stats()["requests"], executed, fault)

    def test_an_idle_connection_that_died_behind_is_not_the_clients_affair(self):
        with self.server.connect() as connection:
            send(connection)
            read_answer(connection)
            self.behind.say("closeidle")
            send(connection)
            self.assertEqual(read_answer(connection)[0], 200)

    def test_close_from_behind_reaches_the_client(self):
        self.behind.say("header Connection close x1")
        with self.server.connect() as connection:
            send(connection)
            self.assertIn(b"Item", read_all(connection)[0])

    def test_nobody_behind_is_502(self):
        self.behind.process.terminate()
        self.behind.process.wait()
        self.assertEqual(self.ask()[0], 502)

    def test_many_clients_at_once(self):
        wrong = []

        def work():
            with self.server.connect() as connection:
                for _ in range(50):
                    send(connection)
                    if read_answer(connection)[0] != 200:
                        wrong.append(1)

        threads = [threading.Thread(target=work) for _ in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(wrong, [])
        self.assertEqual(self.behind.stats()["requests"], 1000)


class Ending(unittest.TestCase):
    def test_sigterm_ends_it(self):
        server = Server("--script")
        server.process.terminate()
        self.assertEqual(server.process.wait(20), 0)
        server.stop()

    def test_it_lives_without_a_standard_input(self):
        process = subprocess.Popen([PROGRAM, "--script"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
        port = int(process.stdout.readline().split()[1])
        with socket.create_connection(("127.0.0.1", port)) as connection:
            send(connection)
            self.assertEqual(read_answer(connection)[0], 200)
        process.terminate()
        self.assertEqual(process.wait(20), 0)
        process.stdout.close()

    def test_bad_arguments_are_refused(self):
        for arguments in ((), ("--what",), ("--upstream", "nowhere")):
            self.assertEqual(subprocess.run([PROGRAM, *arguments], stderr=subprocess.DEVNULL).returncode, 2)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
