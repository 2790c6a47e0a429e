"""A real SMTP server for tests: keeps what it takes in a folder, answers as the recipient's name asks it to."""
import asyncio, os, sys
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
            file.write(envelope.content)
        os.rename(path + ".part", path)
        return "250 taken"


async def serve():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Keeper(), hostname="smtpd.example"), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)  # lives as long as the test holds its end


asyncio.run(serve())
