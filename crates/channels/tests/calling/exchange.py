"""A telephone exchange as docs/hotline.md describes it: it tells of calls by signed requests, again and again, in any order, with a wrong
secret or clock, breaks off in the middle, and keeps recordings. Orders come on standard input, one JSON object a line; so does what it says."""

import base64
import hashlib
import hmac
import http.client
import json
import random
import secrets
import socket
import sys
import threading
import time as clock
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SECRET = b"an-example-secret-of-nobody"
SHELF = {}


def say(what):
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def sign(method, path, time, nonce, body, secret=SECRET):
    text = "\n".join([method, path, time, nonce, hashlib.sha256(body).hexdigest()])
    return hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()


def headers(path, body, order):
    time = str(order["time"])
    nonce = order.get("nonce") or secrets.token_hex(16)
    secret = order.get("secret", SECRET.decode()).encode()
    return {
        "Content-Type": "application/octet-stream",
        "X-Minsheng-Key": "exchange",
        "X-Minsheng-Time": time,
        "X-Minsheng-Nonce": nonce,
        "X-Minsheng-Signature": sign("POST", path, time, nonce, body, secret),
    }


def post(order):
    path = order["path"]
    body = base64.b64decode(order["sound"]) if "sound" in order else json.dumps(order["body"]).encode()
    try:
        connection = http.client.HTTPConnection("127.0.0.1", order["port"], timeout=60)
        connection.request("POST", path, body, headers(path, body, order))
        answer = connection.getresponse()
        said = json.loads(answer.read())
        connection.close()
        return answer.status, said
    except OSError:
        return 0, {"code": "broken"}


def broken(order):
    """Sends half of a request and hangs up."""
    body = json.dumps(order["body"]).encode()
    lines = [f"POST {order['path']} HTTP/1.1", "Host: x", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers(order["path"], body, order).items()]
    with socket.create_connection(("127.0.0.1", order["port"])) as line:
        line.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + body[: len(body) // 2])


def many(order):
    """Tells of many calls, each saying twice and in any order, until each was taken; the other side may die meanwhile."""
    now = int(clock.time())
    told = [(call, state) for call in range(order["count"]) for state in ("ringing", "answered", "ended")] * 2
    random.Random(7).shuffle(told)
    refused = 0
    for done, (call, state) in enumerate(told):
        ago = {"ringing": 60, "answered": 50, "ended": 10}[state]
        body = {"call": f"c-{call}", "state": state, "at": now - ago, "from": f"1390000{call:04}", "to": "12345"}
        while post({**order, "path": "/hotline/v1/events", "body": body, "time": int(clock.time())})[0] != 200:
            refused += 1
            clock.sleep(0.02)
        if done % 20 == 0:
            say({"ev": "progress", "taken": done})
    say({"ev": "many", "taken": len(told), "refused": refused})


def flood(order):
    """Tells of many calls at once over many connections, a tenth of the sayings twice, each until it was taken."""
    now = int(clock.time())
    told = [(call, state) for call in range(order["count"]) for state in ("ringing", "ended")]
    told += told[: len(told) // 10]
    random.Random(7).shuffle(told)

    def one(saying):
        call, state = saying
        at = now - {"ringing": 60, "ended": 10}[state]
        body = {"call": f"f-{call}", "state": state, "at": at, "from": f"139{call:08}", "to": "12345"}
        tries = 1
        while post({**order, "path": "/hotline/v1/events", "body": body, "time": int(clock.time())})[0] != 200:
            tries += 1
            clock.sleep(0.02)
        return tries

    tries = 0
    with ThreadPoolExecutor(order["lines"]) as pool:
        for done, more in enumerate(pool.map(one, told)):
            tries += more
            if done % (len(told) // order["steps"]) == 0:
                say({"ev": "progress", "taken": done})
    say({"ev": "flooded", "taken": len(told), "again": tries - len(told)})


class Shelf(BaseHTTPRequestHandler):
    def do_GET(self):
        own = self.headers
        good = sign("GET", self.path, own["X-Minsheng-Time"], own["X-Minsheng-Nonce"], b"") == own["X-Minsheng-Signature"]
        found = SHELF.get(self.path)
        status = 401 if not good else 404 if found is None else 200
        say({"ev": "fetched", "path": self.path, "status": status})
        self.send_response(status)
        self.end_headers()
        if status == 200:
            self.wfile.write(found)

    def log_message(self, *_):
        pass


shelf = ThreadingHTTPServer(("127.0.0.1", 0), Shelf)
threading.Thread(target=shelf.serve_forever, daemon=True).start()
say({"ev": "listening", "port": shelf.server_address[1]})
for line in sys.stdin:
    order = json.loads(line)
    if order["do"] == "shelve":
        SHELF[order["path"]] = base64.b64decode(order["sound"])
        say({"ev": "shelved"})
    elif order["do"] == "many":
        many(order)
    elif order["do"] == "flood":
        flood(order)
    elif order["do"] == "break":
        broken(order)
        say({"ev": "broke"})
    else:
        told = [post(order) for _ in range(order.get("times", 1))]
        say({"ev": "answered", "status": told[-1][0], "said": told[-1][1], "all": [status for status, _ in told]})
