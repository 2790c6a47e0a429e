"""A resolver for tests: answers what its zone says, over UDP and TCP. The zone is the first argument, JSON: {"name": {"TXT": ["…"], "A": […], "MX": […]}}.

A text that does not fit into an answer over UDP is cut there, as resolvers do; `fails` as a value makes it say that it cannot."""
import asyncio, ipaddress, json, struct, sys

zone = {name.lower(): records for name, records in json.loads(sys.argv[1]).items()}
KINDS = {1: "A", 15: "MX", 16: "TXT", 28: "AAAA"}


def spelled(name):
    return b"".join(bytes([len(part)]) + part.encode() for part in name.split(".")) + b"\0"


def data(kind, value):
    if kind == "TXT":
        parts = [value[at:at + 255].encode() for at in range(0, len(value), 255)] or [b""]
        return b"".join(bytes([len(part)]) + part for part in parts)
    if kind == "MX":
        return struct.pack("!H", 10) + spelled(value)
    return ipaddress.ip_address(value).packed


def answer(question, most):
    at, labels = 12, []
    while question[at]:
        labels.append(question[at + 1:at + 1 + question[at]].decode())
        at += question[at] + 1
    kind = KINDS.get(struct.unpack("!H", question[at + 1:at + 3])[0], "?")
    asked = question[12:at + 5]
    records = zone.get(".".join(labels).lower())
    if records == "fails":
        return question[:2] + struct.pack("!HHHHH", 0x8182, 1, 0, 0, 0) + asked
    code = 3 if records is None else 0
    values = (records or {}).get(kind, [])
    body = b""
    for value in values:
        raw = data(kind, value)
        body += b"\xc0\x0c" + struct.pack("!HHIH", {v: k for k, v in KINDS.items()}[kind], 1, 60, len(raw)) + raw
    flags, count = 0x8180 | code, len(values)
    if 12 + len(asked) + len(body) > most:
        flags, count, body = flags | 0x0200, 0, b""
    return question[:2] + struct.pack("!HHHHH", flags, 1, count, 0, 0) + asked + body


class Udp(asyncio.DatagramProtocol):
    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, question, sender):
        self.transport.sendto(answer(question, 1232), sender)


async def tcp(reader, writer):
    length = struct.unpack("!H", await reader.readexactly(2))[0]
    said = answer(await reader.readexactly(length), 65535)
    writer.write(struct.pack("!H", len(said)) + said)
    await writer.drain()
    writer.close()


async def serve():
    loop = asyncio.get_running_loop()
    server = await asyncio.start_server(tcp, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    await loop.create_datagram_endpoint(Udp, local_addr=("127.0.0.1", port))
    print(port, flush=True)
    await loop.run_in_executor(None, sys.stdin.read)  # lives as long as the test holds its end


asyncio.run(serve())
