"""botocore's signer must come to the same signatures as dynox. Run it with `peers.py python -- botocore_signature.py`.

    sent [--keys ID:SECRET[:TOKEN]] -- COMMAND...   the last request that COMMAND sent through the fault server (whose
                                                    control port is DYNOX_TEST_FAULT_CONTROL); keys: those of AWS_...
    made PROGRAM                                    many requests, signed by PROGRAM (sign_request.c)
"""
import calendar
import json
import os
import random
import re
import socket
import string
import subprocess
import sys
import time
import urllib.parse

import botocore.auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials


# ---- a request that was sent ----

def last_request():
    """Method, path, headers (a list of pairs) and body of the last request that the fault server saw."""
    with socket.create_connection(("127.0.0.1", int(os.environ["DYNOX_TEST_FAULT_CONTROL"]))) as connection:
        with connection.makefile("rw") as line:
            line.write("last\n")
            line.flush()
            text = json.loads(line.readline())["request"].encode("latin-1")
    head, _, body = text.partition(b"\r\n\r\n")
    first, *lines = head.decode("ascii").split("\r\n")
    method, path, _ = first.split(" ")
    return method, path, [tuple(line.split(": ", 1)) for line in lines], body


def check_sent(credentials, method, path, headers, body):
    given = {name.lower(): value for name, value in headers}
    found = re.fullmatch(r"AWS4-HMAC-SHA256 Credential=([^/]+)/\d{8}/([^/]+)/([^/]+)/aws4_request, "
                         r"SignedHeaders=(\S+), Signature=([0-9a-f]{64})", given["authorization"])
    assert found, f"an Authorization header that cannot be read: {given['authorization']}"
    key, region, service, signed, signature = found.groups()
    assert key == credentials.access_key, f"signed with another key: {key}"
    assert given.get("x-amz-security-token") == credentials.token, "sent with another session token"
    for name in ("host", "x-amz-date", "x-amz-target", *(["x-amz-security-token"] if credentials.token else [])):
        assert name in signed.split(";"), f"{name} is not signed"
    request = AWSRequest(method, f"http://{given['host']}{path}", data=body,
                         headers={name: given[name] for name in signed.split(";")})
    request.context["timestamp"] = given["x-amz-date"]
    signer = botocore.auth.SigV4Auth(credentials, service, region)
    expected = signer.signature(signer.string_to_sign(request, signer.canonical_request(request)), request)
    assert signature == expected, f"botocore signs {expected}, dynox {signature}:\n{headers}\n{body}"


def sent(words):
    at = words.index("--")
    if at:
        keys = words[words.index("--keys") + 1].split(":")
    else:
        keys = [os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"]]
    code = subprocess.run(words[at + 1:]).returncode
    if code:
        sys.exit(code)
    method, path, headers, body = last_request()
    check_sent(Credentials(*keys), method, path, headers, body)
    print(f"botocore signs the same {dict(headers)['X-Amz-Target']}")


# ---- many requests ----

PLAIN = string.ascii_letters + string.digits + "-_.~"
ODD = PLAIN + " /+&=%?@:;,!'()*$[]<>|\\\"^`{}#äß€日😀"


def text(chance, alphabet, most):
    return "".join(chance.choice(alphabet) for _ in range(chance.randint(1, most)))


def one_request(chance, presigned):
    """The words for sign_request: URL as a program would send it, a value in it only percent-encoded as it must be."""
    service = chance.choice(["sts", "dynamodb", "execute-api", "s3"])
    # A %2F of S3 is a slash for dynox, as in the name of the object; botocore never sends one.
    alphabet = ODD.replace("/", "") if service == "s3" else ODD
    segments = [text(chance, alphabet, 8) for _ in range(chance.randint(0, 4))]
    if service == "s3":  # the one whose paths may have empty segments and dots
        segments += chance.choice([[], [""], ["..", "x"], [".", "", "y"]])
    elif chance.random() < 0.3:
        segments += [chance.choice([".", "..", "", "a"]), "b"]
    path = "/" + "/".join(urllib.parse.quote(segment, safe="-_.~") for segment in segments)
    names = {text(chance, ODD, 6) for _ in range(chance.randint(0, 5))}
    query = "&".join(f"{urllib.parse.quote(name, safe='-_.~')}={urllib.parse.quote(text(chance, ODD, 9), safe='-_.~')}"
                     for name in sorted(names, key=lambda _: chance.random()))
    host = chance.choice(["example.org", "example.org:8443", "example.org:443", "[::1]:8000"])
    url = f"https://{host}{path}" + (f"?{query}" if query else "")
    method = chance.choice(["GET", "POST", "PUT", "DELETE", "HEAD"])
    body = "" if presigned or method in ("GET", "HEAD") else text(chance, ODD, 40)
    headers = [("Content-Type", "application/x-amz-json-1.0"), ("X-Odd", "  a   b \t c  "), ("User-Agent", "x"),
               ("x-amz-meta-b", text(chance, PLAIN + " ", 20)), ("Accept", "*/*"), ("X-Empty", "")]
    headers = chance.sample(headers, chance.randint(0, len(headers)))
    flags = "p" if presigned else ""
    if service != "s3" and not presigned and chance.random() < 0.2:
        flags += "u"
    return flags or "-", method, url, service, chance.choice(["us-east-1", "eu-west-1"]), body, headers


def by_botocore(credentials, when, flags, method, url, service, region, body, headers):
    """URL and headers as botocore makes them. The clock it reads is ours."""
    class Clock:
        def strftime(self, form):
            return time.strftime(form, time.gmtime(when))
    botocore.auth.get_current_datetime = Clock
    request = AWSRequest(method, url, headers=dict(headers), data=body.encode())
    request.context["payload_signing_enabled"] = "u" not in flags
    kind = ("S3" if service == "s3" else "") + ("SigV4QueryAuth" if "p" in flags else "SigV4Auth")
    getattr(botocore.auth, kind)(credentials, service, region).add_auth(request)
    return request.url, request.headers


def check_made(program, credentials, when, made):
    flags, method, url, service, region, body, headers = made
    environment = {**os.environ, "AWS_ACCESS_KEY_ID": credentials.access_key,
                   "AWS_SECRET_ACCESS_KEY": credentials.secret_key, "AWS_SESSION_TOKEN": credentials.token or ""}
    words = [program, flags, method, url, service, region, str(when), body]
    for name, value in headers:
        words += [name, value]
    done = subprocess.run(words, env=environment, stdout=subprocess.PIPE, check=True, encoding="utf-8")
    ours, *lines = done.stdout.splitlines()
    theirs, their_headers = by_botocore(credentials, when, *made)
    if "p" in flags:
        parameters = [dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(one).query, keep_blank_values=True))
                      for one in (ours, theirs)]
        assert parameters[0] == parameters[1], f"{words}\nours   {ours}\ntheirs {theirs}"
        return
    our_headers = dict(line.split(": ", 1) for line in lines)
    for name, value in our_headers.items():
        assert their_headers[name] == value, f"{words}\n{name}\nours   {value}\ntheirs {their_headers[name]}"


def made(program):
    chance = random.Random(1)
    count = 200
    for i in range(count):
        token = text(chance, PLAIN + "+/=", 60) if i % 2 else None
        credentials = Credentials("AKIDEXAMPLE", text(chance, PLAIN + "+/", 40), token)
        when = calendar.timegm((2026, 1, 1, 0, 0, 0)) + chance.randint(0, 10**8)
        check_made(program, credentials, when, one_request(chance, i % 4 >= 2))
    print(f"botocore signs {count} requests in the same way")


if __name__ == "__main__":
    sent(sys.argv[2:]) if sys.argv[1] == "sent" else made(sys.argv[2])
