#!/usr/bin/env python3
"""A collector for one program: takes spans by OTLP/HTTP with JSON, and checks them when the program has ended.

    otlp_receiver.py -- COMMAND...      COMMAND gets OTEL_EXPORTER_OTLP_ENDPOINT
"""
import http.server
import json
import os
import re
import subprocess
import sys
import threading

received, problems = [], []


class Receiver(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path != "/v1/traces" or self.headers["Content-Type"] != "application/json":
            problems.append(f"not OTLP: {self.path} {self.headers['Content-Type']}")
        try:
            received.extend(spans_of(json.loads(body)))
        except (ValueError, KeyError) as error:
            problems.append(f"{error!r} in {body!r}")
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *arguments):
        pass


def attributes_of(thing):
    return {one["key"]: next(iter(one["value"].values())) for one in thing["attributes"]}


def spans_of(request):
    for resource in request["resourceSpans"]:
        if not attributes_of(resource["resource"]).get("service.name"):
            problems.append("no service.name")
        for scope in resource["scopeSpans"]:
            yield from scope["spans"]


def check(span):
    """What a collector insists on (opentelemetry-proto, trace/v1/trace.proto)."""
    for key, digits in (("traceId", 32), ("spanId", 16)):
        if not re.fullmatch(f"[0-9a-f]{{{digits}}}", span[key]) or not span[key].strip("0"):
            yield f"{key}: {span[key]}"
    if span["kind"] != 3 or not int(span["startTimeUnixNano"]) <= int(span["endTimeUnixNano"]):
        yield f"kind or times: {span}"
    about = attributes_of(span)
    for key in ("db.system.name", "db.operation.name", "server.address"):
        if not about.get(key):
            yield f"{span['name']}: no {key}"
    if ("error.type" in about) != (span.get("status", {}).get("code") == 2):
        yield f"{span['name']}: error.type and status disagree"


def main():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    where = f"http://127.0.0.1:{server.server_address[1]}"
    status = subprocess.run(sys.argv[2:], env={**os.environ, "OTEL_EXPORTER_OTLP_ENDPOINT": where}).returncode
    server.shutdown()
    for span in received:
        problems.extend(check(span))
    names = [span["name"] for span in received]
    for wanted in ("CreateTable dynox-traced", "PutItem dynox-traced", "DeleteTable dynox-traced"):
        if wanted not in names:
            problems.append(f"no span {wanted!r} among {names}")
    if not any(span.get("parentSpanId") == "00f067aa0ba902b7" for span in received):
        problems.append("no span has the parent that was given")
    if not any(event["name"] == "exception" for span in received for event in span.get("events", [])):
        problems.append("no span has an exception")
    for problem in problems:
        print(f"FAIL: {problem}")
    print(f"{len(received)} spans")
    return 1 if problems or status else 0


if __name__ == "__main__":
    sys.exit(main())
