#!/usr/bin/env python3
"""Checks the public log of a Minsheng site from outside, with this one file and Python 3.9 or newer (docs/log-format.md).

verify.py URL VKEY [--receipt FILE]... [--since FILE]... [--witness KEY]...   URL: the site or its log; VKEY: its verifier key
Everything is fetched and recomputed: the checkpoint's signature, every entry, every tile, the root, the form and order
of the entries, the signature of every rating. --receipt FILE: is this entry in the log, and are these its words?
--since FILE: does the log still begin with the one this older checkpoint states? --witness KEY: did it cosign the newest?
The last line is the log's size. Exit code 0: everything holds; 1: something does not; 2: it could not be checked."""
import argparse, base64, functools, hashlib, hmac, json, re, sys, urllib.request

P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D, I = -121665 * pow(121666, -1, P) % P, pow(2, (P - 1) // 4, P)
decoded, wrong = functools.partial(base64.b64decode, validate=True), []

def sha256(data): return hashlib.sha256(data).digest()
def fetch(url): return urllib.request.urlopen(url, timeout=60).read()

def point(data):  # Ed25519 (RFC 8032): 32 bytes to a point (x, y, z, t), or None where there is none
    number = int.from_bytes(data, "little")
    y, sign = number & (2**255 - 1), number >> 255
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    x = x if (v * x * x - u) % P == 0 else x * I % P
    if len(data) != 32 or y >= P or (v * x * x - u) % P or (x == 0 and sign): return None
    x = x if x & 1 == sign else P - x
    return x, y, 1, x * y % P

def add(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    return (b - a) * (d - c) % P, (d + c) * (b + a) % P, (d - c) * (d + c) % P, (b - a) * (b + a) % P

def times(n, p):
    q = (0, 1, 1, 0)
    while n: q, p, n = add(q, p) if n & 1 else q, add(p, p), n >> 1
    return q

def signed(key, text, signature):
    a, r, s = point(key), point(signature[:32]), int.from_bytes(signature[32:], "little")
    if None in (a, r) or len(signature) != 64 or s >= L or 0 in (times(8, a)[0], times(8, r)[0]):  # the last: small order
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + key + text).digest(), "little") % L
    base = point((4 * pow(5, -1, P) % P).to_bytes(32, "little"))
    x, y, z, _ = add(times(s, base), times(k, (P - a[0], a[1], 1, P - a[3])))
    x, y = x * pow(z, -1, P) % P, y * pow(z, -1, P) % P
    return (y | (x & 1) << 255).to_bytes(32, "little") == signature[:32]

def signatures(note, vkey):  # C2SP signed-note: name and key, the text, and this key's signatures under it
    name, _, key = vkey.strip().split("+", 2)
    key, (text, lines), begin = decoded(key), note.rsplit("\n\n", 1), "\u2014 %s " % name
    found = [decoded(line[len(begin):]) for line in lines.splitlines() if line.startswith(begin)]
    return name, key, text + "\n", [one[4:] for one in found if one[:4] == sha256(name.encode() + b"\n" + key)[:4]]

def opened(note, vkey):  # returns the lines of the text
    name, key, text, found = signatures(note, vkey)
    lines = text[:-1].split("\n")
    fits = found and all(key[0] == 1 and signed(key[1:], text.encode(), one) for one in found)
    if not fits or name != lines[1 if lines[0] in ("minsheng.promise/1", "minsheng.archive/1") else 0]:
        wrong.append("no good signature of this key under %r" % lines)
    return lines

def cosigned(note, vkey):  # C2SP tlog-cosignature: is there a good one of this witness?
    _, key, text, found = signatures(note, vkey)
    said = lambda one: b"cosignature/v1\ntime %d\n%s" % (int.from_bytes(one[:8], "big"), text.encode())
    return key[0] == 4 and any(signed(key[1:], said(one), one[8:]) for one in found)

def root(hashes):  # RFC 6962, 2.1
    if len(hashes) < 2: return hashes[0] if hashes else sha256(b"")
    middle = 1 << (len(hashes) - 1).bit_length() - 1
    return sha256(b"\1" + root(hashes[:middle]) + root(hashes[middle:]))

def tiles(url, kind, count):  # C2SP tlog-tiles: yields each tile's number, width and content
    for n in range((count + 255) // 256):
        width, path, rest = min(256, count - 256 * n), "%03d" % (n % 1000), n // 1000
        while rest: path, rest = "x%03d/%s" % (rest % 1000, path), rest // 1000
        yield n, width, fetch("%s/tile/%s/%s" % (url, kind, path if width == 256 else "%s.p/%d" % (path, width)))

def look(entries):  # the form and order of the entries, and the signatures of the ratings
    day, keys, matters = "", {}, {}
    for n, entry in enumerate(entries):
        try:
            fact = json.loads(entry, parse_float=int)
            if fact["v"] != 1: continue
            m, x = fact["m"], fact.get("x", {})
            plain = json.dumps(fact, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
            if plain != entry or len(entry) > 512 or not re.fullmatch("[0-9a-f]{32}:[0-9a-f]{64}", m + ":" + fact["h"]):
                wrong.append("entry %d is not in the form of version 1" % n)
            if fact["d"] < day: wrong.append("entry %d is dated %s, after one of %s" % (n, fact["d"], day))
            day = fact["d"]
            keys.setdefault(m, []).extend(decoded(x[name]) for name in x if name == "rk")
            if fact["k"] in ("rated", "rectification_rated"):
                lines = ["minsheng/rating/%d" % (1 + ("rs" in x)), m, x["of"], x["g"]] + [x.get(at, "") for at in ("rs", "ms", "rc", "ef") if "rs" in x]
                good = any(signed(key, "".join("%s\n" % one for one in lines).encode(), decoded(x["sig"])) for key in keys[m]) and 1 <= x["g"] <= 5
                if not good or matters.get(x["of"]) != m:
                    wrong.append("entry %d is a rating that no key of its matter signed" % n)
            matters[n] = m
        except (ValueError, KeyError, TypeError, AttributeError):
            wrong.append("entry %d cannot be read" % n)

def kept(name, proves, vkey, entries, leaves):  # an older checkpoint, or a receipt (C2SP tlog-proof) or its promise
    text = open(name, encoding="utf-8", newline="").read()
    head, note = text.split("\n\n", 1) if proves else ("", text)
    extra = json.loads(decoded(head.split("\n")[1].split(" ")[1])) if head else {}
    h = hmac.new(bytes.fromhex(extra.get("nonce", "")), extra.get("body", "").encode(), "sha256").hexdigest()
    if head.startswith("minsheng.promise/1"):
        _, _, promised, _, by = opened(note, vkey)[:5]
        if json.loads(entries[-1])["d"] > by and not any(h.encode() in entry for entry in entries):
            wrong.append("%s: the entry promised until %s is not in the log" % (name, by))
    else:
        (_, size, stated), promised = opened(note, vkey)[:3], json.loads(extra.get("entry", "{}")).get("h", h)
        if int(size) > len(leaves) or root(leaves[:int(size)]) != decoded(stated):
            wrong.append("%s: the log does not begin with the one this checkpoint states" % name)
        if head and extra["entry"].encode() not in entries[int(head.split("\nindex ")[1].split("\n")[0]):][:1]:
            wrong.append("%s: the entry at the receipt's place in the log is another one" % name)
    if promised != h: wrong.append("%s: the words on the receipt are not the ones its entry commits to" % name)

def main():
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("url"), ask.add_argument("vkey")
    for name in ("--receipt", "--since", "--witness"): ask.add_argument(name, action="append", default=[])
    args = ask.parse_args()
    url, entries = args.url.rstrip("/") + ("" if args.url.rstrip("/").endswith("/log") else "/log"), []
    note = fetch(url + "/checkpoint").decode()
    size, stated = int((lines := opened(note, args.vkey))[1]), decoded(lines[2])
    wrong.extend("no cosignature of %s under the newest checkpoint" % key for key in args.witness if not cosigned(note, key))
    for _, _, bundle in tiles(url, "entries", size):
        while bundle:
            end = 2 + int.from_bytes(bundle[:2], "big")
            entries.append(bundle[2:end])
            bundle = bundle[end:]
    leaves = [sha256(b"\0" + entry) for entry in entries]
    if root(leaves) != stated: wrong.append("the entries do not lead to the root of the checkpoint")
    level, row = 0, leaves
    while size >> 8 * level:
        for n, width, tile in tiles(url, level, size >> 8 * level):
            if tile != b"".join(row[256 * n:256 * n + width]): wrong.append("tile %d/%d does not hold the hashes of its entries" % (level, n))
        level, row = level + 1, [root(row[at:at + 256]) for at in range(0, len(row) // 256 * 256, 256)]
    look(entries)
    print("entries: %d, tile levels: %d, ratings: %d" % (size, level, sum(b'rated","m"' in entry for entry in entries)))
    for name in args.since + args.receipt:
        kept(name, name in args.receipt, args.vkey, entries, leaves)
    print("\n".join("WRONG " + line for line in wrong) or "everything holds", size, sep="\n")
    return 1 if wrong else 0

if __name__ == "__main__":
    try:
        sys.exit(main())
    except (OSError, ValueError, KeyError, IndexError) as why:
        print("\n".join(wrong + ["could not be checked to the end: %s" % why]), file=sys.stderr)
        sys.exit(1 if wrong else 2)
