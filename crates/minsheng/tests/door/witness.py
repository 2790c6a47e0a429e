#!/usr/bin/env python3
"""A witness written from the specifications alone (C2SP tlog-witness, tlog-cosignature, signed-note; RFC 8032; RFC 6962),
with nothing of this project's program in it: the other side for its tests. It borrows the arithmetic of docs/verify.py.

witness.py VERIFY_PY NAME LOG_VKEY     prints its verifier key, then its address, and serves until it is killed"""
import base64, hashlib, http.server, importlib.util, sys, threading, time

spec = importlib.util.spec_from_file_location("verify", sys.argv[1])
verify = importlib.util.module_from_spec(spec)
spec.loader.exec_module(verify)
NAME, LOG = sys.argv[2], sys.argv[3]
SEED = hashlib.sha256(b"seed of the tests' witness " + NAME.encode()).digest()
seen, alone = {}, threading.Lock()

def packed(point):
    x, y, z, _ = point
    x, y = x * pow(z, -1, verify.P) % verify.P, y * pow(z, -1, verify.P) % verify.P
    return (y | (x & 1) << 255).to_bytes(32, "little")

BASE = verify.point((4 * pow(5, -1, verify.P) % verify.P).to_bytes(32, "little"))
half = hashlib.sha512(SEED).digest()
SECRET = int.from_bytes(half[:32], "little") & ((1 << 254) - 8) | 1 << 254
PUBLIC = packed(verify.times(SECRET, BASE))
KEY_ID = hashlib.sha256(NAME.encode() + b"\n\x04" + PUBLIC).digest()[:4]

def sign(text):  # RFC 8032, 5.1.6
    r = int.from_bytes(hashlib.sha512(half[32:] + text).digest(), "little") % verify.L
    point = packed(verify.times(r, BASE))
    k = int.from_bytes(hashlib.sha512(point + PUBLIC + text).digest(), "little") % verify.L
    return point + ((r + k * SECRET) % verify.L).to_bytes(32, "little")

def consistent(old, old_root, new, new_root, proof):  # RFC 6962, 2.1.2, by its definition
    def node(left, right): return hashlib.sha256(b"\1" + left + right).digest()
    def below(n): return 1 << (n - 1).bit_length() - 1
    def sub(m, n, rest, whole):  # returns the roots of the old and the new tree over these leaves
        if m == n:
            if whole: return old_root, old_root
            hash = rest.pop()
            return hash, hash
        k = below(n)
        right = rest.pop()
        if m <= k:
            a, b = sub(m, k, rest, whole)
            return a, node(b, right)
        a, b = sub(m - k, n - k, rest, False)
        return node(right, a), node(right, b)
    if old == 0: return not proof
    if old == new: return not proof and old_root == new_root
    rest = list(proof)
    try:
        a, b = sub(old, new, rest, True)
    except IndexError:
        return False
    return not rest and (a, b) == (old_root, new_root)

def judge(body):
    head, note = body.split("\n\n", 1)
    first, *hashes = head.split("\n")
    old, proof = int(first.split("old ")[1]), [base64.b64decode(line, validate=True) for line in hashes]
    text, lines = note.rsplit("\n\n", 1)
    origin, size, root = text.split("\n")[:3]
    size, root = int(size), base64.b64decode(root, validate=True)
    name, _, key = LOG.split("+", 2)
    key = base64.b64decode(key)
    if origin != name: return 404, ""
    log_id, good = hashlib.sha256(name.encode() + b"\n" + key).digest()[:4], False
    for _, signer, signature in (line.split(" ") for line in lines.splitlines()):
        signature = base64.b64decode(signature)
        if signer == name and signature[:4] == log_id:
            good = verify.signed(key[1:], text.encode() + b"\n", signature[4:])
    if not good: return 403, ""
    if old > size: return 400, ""
    with alone:
        known, known_root = seen.get(origin, (0, None))
        if old != known or (size == known and known and root != known_root): return 409, "%d\n" % known
        if not consistent(known, known_root, size, root, proof): return 422, ""
        seen[origin] = size, root
    at = int(time.time())
    signature = sign(b"cosignature/v1\ntime %d\n%s\n" % (at, text.encode()))
    return 200, "\u2014 %s %s\n" % (NAME, base64.b64encode(KEY_ID + at.to_bytes(8, "big") + signature).decode())

class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        try:
            status, words = judge(body) if self.path == "/add-checkpoint" else (404, "")
        except (ValueError, IndexError):
            status, words = 400, ""
        self.send_response(status)
        self.send_header("content-type", "text/x.tlog.size" if status == 409 else "text/plain; charset=utf-8")
        self.send_header("content-length", str(len(words.encode())))
        self.end_headers()
        self.wfile.write(words.encode())

    def log_message(self, *_): pass

server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print("%s+%s+%s" % (NAME, KEY_ID.hex(), base64.b64encode(b"\4" + PUBLIC).decode()))
print("http://127.0.0.1:%d" % server.server_port, flush=True)
server.serve_forever()
