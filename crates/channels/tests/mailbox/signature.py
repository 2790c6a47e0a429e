"""Checks a signature (DKIM) with a library of its own: the letter from standard input, the published text as the argument."""
import sys
import dkim

asked = []


def published(name, timeout=5):
    asked.append(name.decode().rstrip("."))
    return sys.argv[1].encode()


good = dkim.verify(sys.stdin.buffer.read(), dnsfunc=published)
print("good" if good else "bad", *asked)
