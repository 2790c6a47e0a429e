"""A machine that takes syslog over TLS (RFC 5425): it writes down each message with its head. As many
callers as it is told it turns away first, before a word is said."""

import json
import re
import socket
import ssl
import sys

certificate, key, turned_away = sys.argv[1], sys.argv[2], int(sys.argv[3])
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(certificate, key)
listening = socket.create_server(("127.0.0.1", 0))
print(json.dumps({"port": listening.getsockname()[1]}), flush=True)
HEAD = re.compile(r"^<(\d+)>1 (\S+) (\S+) minsheng (\d+) - - (.*)$", re.S)


def message(stream):
    length = b""
    while not length.endswith(b" "):
        byte = stream.read(1)
        if not byte:
            return None
        length += byte
    return stream.read(int(length)).decode()


while True:
    raw, _ = listening.accept()
    if turned_away > 0:
        turned_away -= 1
        raw.close()
        continue
    try:
        with context.wrap_socket(raw, server_side=True) as line:
            stream = line.makefile("rb")
            while text := message(stream):
                weight, when, host, process, said = HEAD.match(text).groups()
                print(json.dumps({"weight": int(weight), "when": when, "host": host, "said": json.loads(said)}), flush=True)
    except (ssl.SSLError, OSError) as error:
        print(json.dumps({"wrong": type(error).__name__}), flush=True)
