#!/usr/bin/env python3
"""Checks what a resident took away from a Minsheng site, without a network (docs/log-format.md, section 11).

verify_archive.py ARCHIVE.zip VKEY   VKEY: the log's verifier key, taken from elsewhere than the archive; verify.py lies beside
Every file against its sum, the signature over the sums, and that receipt and steps lead to checkpoints of this log.
The last line is the number of files. Exit code 0: everything holds; 1: something does not; 2: it could not be checked."""
import hashlib, hmac, json, sys, zipfile
from verify import decoded, opened, sha256, wrong

def included(n, size, leaf, path):  # RFC 9162, 2.1.3.2: the root that this path leads to
    last = size - 1
    for one in path:
        if n & 1 or n == last:
            leaf = sha256(b"\1" + one + leaf)
            while n and not n & 1: n, last = n >> 1, last >> 1
        else: leaf = sha256(b"\1" + leaf + one)
        n, last = n >> 1, last >> 1
    return leaf if last == 0 else None

def proven(name, text, vkey):  # a receipt, its promise, or the proof of a later step, by itself
    head, note = text.split("\n\n", 1)
    extra, lines = json.loads(decoded(head.split("\n")[1].split(" ")[1])), opened(note, vkey)
    if not head.startswith("minsheng.promise/1"):
        (index, *path), entry = head.split("\nindex ")[1].split("\n"), extra["entry"].encode()
        if included(int(index), int(lines[1]), sha256(b"\0" + entry), [decoded(one) for one in path]) != decoded(lines[2]):
            wrong.append("%s: the entry does not lead to the root of its checkpoint" % name)
    stated = lines[2] if head.startswith("minsheng.promise/1") else json.loads(extra["entry"])["h"]
    if "body" in extra and stated != hmac.new(bytes.fromhex(extra["nonce"]), extra["body"].encode(), "sha256").hexdigest():
        wrong.append("%s: the words on the receipt are not the ones its entry commits to" % name)

def archive(name, vkey):
    with zipfile.ZipFile(name) as whole:
        names = whole.namelist()
        sums = whole.read("SHA256SUMS")
        lines = opened(whole.read("SHA256SUMS.signed").decode(), vkey)
        if lines[0] != "minsheng.archive/1" or lines[4] != sha256(sums).hex(): wrong.append("SHA256SUMS is not the list that was signed")
        listed = dict(reversed(line.split("  ", 1)) for line in sums.decode().splitlines())
        for one in sorted({*names, *listed} - {"SHA256SUMS", "SHA256SUMS.signed"}):
            try:
                data = whole.read(one)
                if sha256(data).hex() != listed.get(one): wrong.append("%s: was changed" % one if one in listed else "%s: is not on the list" % one)
                elif one == "log/checkpoint": opened(data.decode(), vkey)
                elif one == "receipt.txt" or one.startswith(("proofs/", "reports/")): proven(one, data.decode(), vkey)
            except (KeyError, zipfile.BadZipFile): wrong.append("%s: was changed, is missing or cannot be read" % one)
        if len(names) != len(set(names)): wrong.append("a file lies in the archive twice")
    print("\n".join("WRONG " + line for line in wrong) or "everything holds", len(listed), sep="\n")
    return 1 if wrong else 0

if __name__ == "__main__":
    try:
        sys.exit(archive(sys.argv[1], sys.argv[2]))
    except (OSError, ValueError, KeyError, IndexError, zipfile.BadZipFile) as why:
        print("\n".join(wrong + ["could not be checked to the end: %s" % why]), file=sys.stderr)
        sys.exit(1 if wrong else 2)
