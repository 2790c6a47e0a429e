"""A bot as others write them: with aiocqhttp, which lets the other end come, or with nonebot2, which goes to it. It says every private
message back. Tests have it talk to peer.py, so that the peer is known to be what real bots take it for."""

import sys

TOKEN = "an-example-token-of-nobody"


def with_aiocqhttp(port):
    import asyncio

    from aiocqhttp import CQHttp, Message

    bot = CQHttp(access_token=TOKEN)

    @bot.on_message("private")
    async def _(event):
        await bot.send(event, "听到：" + Message(event.message).extract_plain_text())

    asyncio.run(bot.run_task(host="127.0.0.1", port=int(port)))


def with_nonebot(url):
    import nonebot
    from nonebot import on_message
    from nonebot.adapters.onebot.v11 import Adapter, PrivateMessageEvent

    nonebot.init(driver="~websockets", onebot_ws_urls=[url], onebot_access_token=TOKEN, log_level="ERROR")
    nonebot.get_driver().register_adapter(Adapter)
    matcher = on_message()

    @matcher.handle()
    async def _(event: PrivateMessageEvent):
        await matcher.send("听到：" + event.get_plaintext())

    nonebot.run()


with_aiocqhttp(sys.argv[2]) if sys.argv[1] == "aiocqhttp" else with_nonebot(sys.argv[2])
