"""A real SMTP server for tests: keeps what it takes in a folder, answers as the recipient's name asks it to."""
import asyncio, os, ssl, sys
from aiosmtpd.smtp import SMTP

folder = sys.argv[1]


class Keeper:
    count = 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        name = address.split("@")[0]
        if name == "later":
            return "451 try again later"
        if name == "never":
            return "550 no such person"
        if name == "hang":
            await asyncio.sleep(3600)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        Keeper.count += 1
        path = os.path.join(folder, f"{Keeper.count:03}.eml")
        with open(path + ".part", "wb") as file:
            file.write(f"Return-Path: <{envelope.mail_from}>\r\n".encode() + envelope.content)
        os.rename(path + ".part", path)
        return "250 taken"


async def serve():
    loop = asyncio.get_running_loop()
    manner, own = (sys.argv[2], ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)) if len(sys.argv) > 2 else ("plain", None)
    if own:
        own.load_cert_chain(sys.argv[3], sys.argv[4])
    inside = own if manner == "starttls" else None
    make = lambda: SMTP(Keeper(), hostname="smtpd.example", tls_context=inside)
    server = await loop.create_server(make, "127.0.0.1", 0, ssl=own if manner == "tls" else None)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)  # lives as long as the test holds its end


asyncio.run(serve())
