#!/usr/bin/env python3
"""Compares our engine with others: the same generated requests to each, and what they answer. A difference that no row
of differences.py explains fails. @rows 304.

    compare.py [--seed N] [--count N] [--show-words] --ours PROGRAM    PROGRAM: dynox; or the URL of a server
"""
import argparse
import contextlib
import http.client
import json
import os
import pathlib
import re
import subprocess
import sys
import time
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tools"))
import peers  # noqa: E402

import differences  # noqa: E402
import generate  # noqa: E402

HEAD = {"Content-Type": "application/x-amz-json-1.0", "X-Amz-Date": "20260101T000000Z",
        "Authorization": "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/us-east-1/dynamodb/aws4_request, "
                         "SignedHeaders=host;x-amz-date;x-amz-target, Signature=0"}


DIED = "(no answer)"


class Engine:
    """A server, and one connection to it. A peer that dies is started again, and then knows nothing."""

    def __init__(self, name, port=None):
        self.name, self.port, self.connection, self.stack = name, port, None, contextlib.ExitStack()
        if not port:
            self.start()

    def start(self):
        self.stack.close()
        self.connection, self.port = None, self.stack.enter_context(peers.running(self.name, False))

    def ask(self, operation, request):
        """(code or None, message, answer)"""
        for attempt in range(3):
            try:
                if not self.connection:
                    self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
                self.connection.request("POST", "/", json.dumps(request),
                                        {**HEAD, "X-Amz-Target": f"DynamoDB_20120810.{operation}"})
                answer = self.connection.getresponse()
                text = answer.read() or b"{}"
                break
            except (OSError, http.client.HTTPException):
                self.connection = None
                if attempt == 2:
                    return DIED, "", {}
        try:
            body = json.loads(text)
        except ValueError:
            return f"(no JSON, {answer.status})", "", {}
        if answer.status == 200:
            return None, "", body
        return body.get("__type", "?").rpartition("#")[2], body.get("message") or body.get("Message") or "", body


# ---- what may differ in form is made alike ----

def by_text(things):
    return sorted(things, key=lambda thing: json.dumps(thing, sort_keys=True))


def comparable(operation, answer):
    answer = differences.alike(answer)
    if operation == "Scan":
        answer["Items"] = by_text(answer.get("Items", []))
    if not answer.get("ItemCollectionMetrics", True):
        del answer["ItemCollectionMetrics"]
    if operation == "BatchGetItem":
        answer["Responses"] = {table: by_text(items) for table, items in answer.get("Responses", {}).items()}
    return answer


class Case:
    """One request and what two engines say to it, as differences.py looks at it."""

    def __init__(self, operation, request, ours, theirs, peer):
        self.operation, self.request, self.peer = operation, request, peer
        self.text = json.dumps(request)
        self.code, self.words, self.answer = ours
        self.their_code, self.their_words, self.their_answer = theirs

    def same_codes(self):
        return self.code == self.their_code

    def same(self):
        if self.code != self.their_code:
            return False
        if self.code == "TransactionCanceledException":
            reasons = [[reason["Code"] for reason in answer.get("CancellationReasons", [])]
                       for answer in (self.answer, self.their_answer)]
            return reasons[0] == reasons[1]
        return bool(self.code) or (comparable(self.operation, self.answer) ==
                                   comparable(self.operation, self.their_answer))

    def show(self):
        def said(code, words, answer):
            return f"{code}: {words}" if code else json.dumps(answer, sort_keys=True, ensure_ascii=False)
        request = re.sub("x{100,}", "x...", json.dumps(self.request, ensure_ascii=False))
        return (f"{self.operation} {request}\n"
                f"   ours      {said(self.code, self.words, self.answer)[:900]}\n"
                f"   {self.peer:9} {said(self.their_code, self.their_words, self.their_answer)[:900]}")


# ---- the course ----

def keys_of(operation, request):
    """Items that a request may have changed."""
    def key(table, item):
        names = ["pk"] if table == "plain" else ["pk", "sk"]
        return table, {name: item[name] for name in names if name in item}
    if operation in ("PutItem", "UpdateItem", "DeleteItem"):
        return [key(request["TableName"], request["Item"] if "Item" in request else request["Key"])]
    if operation == "BatchWriteItem":
        return [key(table, part["PutRequest"]["Item"] if "PutRequest" in part else part["DeleteRequest"]["Key"])
                for table, parts in request["RequestItems"].items() for part in parts]
    if operation == "TransactWriteItems":
        return [key(action["TableName"], action["Item"] if "Item" in action else action["Key"])
                for part in request["TransactItems"] for action in part.values()]
    return []


def forget(engines, operation, request):
    """After a difference the items are gone everywhere, so that it does not make others."""
    for table, key in keys_of(operation, request):
        for engine in engines:
            engine.ask("DeleteItem", {"TableName": table, "Key": key})


def create_tables(engine):
    for table in generate.TABLES:
        code, message, _ = engine.ask("CreateTable", table)
        if code:
            sys.exit(f"{engine.name}: {code}: {message}")
        name = {"TableName": table["TableName"]}
        while engine.ask("DescribeTable", name)[2].get("Table", {}).get("TableStatus") != "ACTIVE":
            time.sleep(0.01)


def empty(engine):
    for table in generate.TABLES:
        for item in engine.ask("Scan", {"TableName": table["TableName"]})[2]["Items"]:
            key = {part["AttributeName"]: item[part["AttributeName"]] for part in table["KeySchema"]}
            engine.ask("DeleteItem", {"TableName": table["TableName"], "Key": key})


def came_of_it(ours, other, operation, request):
    """The first item that is another one after the same answer to a write; None: there is none."""
    for table, key in keys_of(operation, request):
        get = {"TableName": table, "Key": key, "ConsistentRead": True}
        case = Case("GetItem", {**get, "after": request}, ours.ask("GetItem", get), other.ask("GetItem", get), other.name)
        if not case.same():
            return case
    return None


def compare(ours, others, options):
    generator, explained, unexplained, words = generate.Generator(options.seed), {}, [], {}
    for engine in (ours, *others):
        create_tables(engine)
    for _ in range(options.count):
        operation, request = generator.request()
        if operation in options.without:
            continue
        said, differs = ours.ask(operation, request), False
        for other in others:
            if operation.startswith("Transact") and other.name == "dynalite":
                continue
            case = Case(operation, request, said, other.ask(operation, request), other.name)
            if case.their_code == DIED:
                explained[f"{other.name}: dies of it"] = explained.get(f"{other.name}: dies of it", 0) + 1
                other.start()
                create_tables(other)
                for engine in (ours, *others):
                    empty(engine)
                continue
            if case.same():
                if case.code and case.words != case.their_words:
                    words.setdefault((other.name, case.words[:60], case.their_words[:60]), case)
                case = came_of_it(ours, other, operation, request)
            if case:
                differs = True
                reason = differences.reason(case)
                if reason:
                    explained[reason] = explained.get(reason, 0) + 1
                else:
                    unexplained.append(case)
        if differs or operation == "TransactWriteItems" and others[-1].name == "dynalite":
            forget((ours, *others), operation, request)
    return explained, unexplained, words


@contextlib.contextmanager
def our_engine(program):
    if program.startswith("http"):
        yield Engine("ours", urllib.parse.urlsplit(program).port)
        return
    process = subprocess.Popen([program, "local", "--port", "0"], stdout=subprocess.PIPE, stdin=subprocess.DEVNULL,
                               text=True, preexec_fn=peers.die_with_parent)
    with peers.ended(process):
        line = process.stdout.readline()
        port = int("".join(c for c in line.rpartition(":")[2] if c.isdigit()) or 0)
        if not port:
            sys.exit(f"{program} local says no port: {line}")
        yield Engine("ours", port)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ours", required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=600)
    parser.add_argument("--peers", nargs="*", default=["dynoxide", "dynalite"])
    parser.add_argument("--without", nargs="*", default=[], help="operations to leave out")
    parser.add_argument("--show-words", action="store_true")
    options = parser.parse_args()
    with contextlib.ExitStack() as stack:
        ours = stack.enter_context(our_engine(options.ours))
        others = [Engine(name) for name in options.peers]
        for other in others:
            stack.enter_context(other.stack)
        begin = time.monotonic()
        explained, unexplained, words = compare(ours, others, options)
    for reason, count in sorted(explained.items()):
        print(f"{count:6} {reason}")
    if options.show_words:
        for case in words.values():
            print(f"words\n{case.show()}")
    for case in unexplained[:40]:
        print(f"UNEXPLAINED\n{case.show()}")
    print(f"seed {options.seed}: {options.count} requests in {time.monotonic() - begin:.1f} s, "
          f"{sum(explained.values())} differences explained, {len(unexplained)} not")
    return 1 if unexplained else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except peers.Missing as why:
        required = os.environ.get("DYNOX_REQUIRE_PEERS") == "1"
        print(f"{'FAIL' if required else 'SKIP'}: {why}", flush=True)
        sys.exit(1 if required else 77)
