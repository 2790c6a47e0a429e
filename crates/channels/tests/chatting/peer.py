"""The other end of a chat: a program that holds an account and speaks OneBot 11, over the library `websockets`. Every event it tells is read
by the models of aiocqhttp and of nonebot's adapter before it goes out, and every call it takes is read by theirs too: what they do not
understand is said to be odd. It goes to a bot or lets one come, posts signed events, and behaves badly when told to.
Orders come on standard input, one JSON object a line; so does what it says."""

import asyncio
import hashlib
import hmac
import http.client
import json
import resource
import ssl
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import aiocqhttp
import websockets
from nonebot.adapters.onebot.v11 import Adapter, Message
from nonebot.compat import type_validate_python

TOKEN = "an-example-token-of-nobody"
SECRET = b"an-example-secret-of-nobody"
ACCOUNT = 10001
STATE = {"mood": {}, "links": [], "called": 0, "told": [], "remembers": None}
HISTORY = {"get_recent_contact", "get_friend_list", "get_group_msg_history", "get_friend_msg_history"}


def say(what):
    sys.stdout.write(json.dumps(what, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def event(order):
    """Makes a message event; fields of the order stand over those that all have."""
    group = "group" in order
    made = {
        "time": int(order.get("time") or time.time()),
        "self_id": ACCOUNT,
        "post_type": "message",
        "message_type": "group" if group else "private",
        "sub_type": "normal" if group else "friend",
        "message_id": order.get("id", 1),
        "user_id": order.get("user", 20002),
        "message": order.get("message", [{"type": "text", "data": {"text": order.get("text", "")}}]),
        "raw_message": order.get("text", ""),
        "font": 0,
        "sender": {"user_id": order.get("user", 20002), "nickname": "某某", "sex": "unknown", "age": 0},
    }
    if group:
        made.update(group_id=order["group"], anonymous=None)
    made.update(order.get("more", {}))
    return made


def understood(made):
    """Tells whether both libraries read the event as what it is."""
    try:
        other = aiocqhttp.Event.from_payload(made)
        same = Adapter.json_to_event(made)
        return other is not None and other.type == "message" and same is not None and same.get_type() == "message"
    except Exception:
        return False


def remembered(action, params):
    """Answers what was said, as programs do that keep it: one group of them knows who was in touch lately, another only its friends."""
    how, told = STATE["remembers"], STATE["told"]
    if how is None or (action == "get_recent_contact" and how == "friends"):
        return None
    if action == "get_recent_contact":
        told = sorted(told, key=lambda one: one["time"])
        alone = {one["user_id"]: one["time"] for one in told if one["message_type"] == "private"}
        groups = {one["group_id"]: one["time"] for one in told if one["message_type"] == "group"}
        marked = [(1, alone), (2, groups)]
        return [{"peerUin": str(who), "chatType": kind, "msgTime": str(at)} for kind, all_of in marked for who, at in all_of.items()]
    if action == "get_friend_list":
        return [{"user_id": who} for who in {one["user_id"] for one in told}]
    of_group = action == "get_group_msg_history"
    name = "group_id" if of_group else "user_id"
    kind = "group" if of_group else "private"
    all_of = [one for one in told if one["message_type"] == kind and str(one[name]) == str(params[name])]
    return {"messages": all_of[-params["count"] :]}


def call(said):
    """Reads a call as both libraries do, and answers it as the mood is."""
    action, params = said.get("action"), said.get("params", {})
    if action in HISTORY:
        say({"ev": "asked", "action": action})
        data = remembered(action, params)
        code = 1404 if data is None else 0
        return {"status": "failed" if code else "ok", "retcode": code, "data": data, "echo": said.get("echo")}
    text = ""
    if "message" in params:
        text = aiocqhttp.Message(params["message"]).extract_plain_text()
        same = type_validate_python(Message, params["message"]).extract_plain_text()
        if text != same:
            say({"ev": "odd", "call": said})
    STATE["called"] += 1
    say({"ev": "called", "action": action, "params": params, "text": text.strip()})
    mood = STATE["mood"].get(action) or STATE["mood"].get("*") or {}
    if mood.get("silent"):
        return None
    code = mood.get("retcode", 0)
    status = "ok" if code == 0 else "async" if code == 1 else "failed"
    data = mood.get("data", {"message_id": STATE["called"]}) if code == 0 else None
    answer = {"status": status, "retcode": code, "data": data}
    if "echo" in said:
        answer["echo"] = said["echo"]
    return answer


async def hear(link):
    try:
        async for frame in link:
            said = json.loads(frame)
            if said.get("echo") == "odd":
                continue
            if (answer := call(said)) is not None:
                await link.send(json.dumps(answer))
            if STATE["mood"].get("hang_up"):
                await link.close()
    except websockets.ConnectionClosed:
        pass
    finally:
        if link in STATE["links"]:
            STATE["links"].remove(link)
        say({"ev": "closed"})


async def lifecycle(link):
    await link.send(json.dumps({"time": int(time.time()), "self_id": ACCOUNT, "post_type": "meta_event", "meta_event_type": "lifecycle", "sub_type": "connect"}))


async def welcome(link):
    """Somebody came to us."""
    if link.request.headers.get("Authorization") != f"Bearer {TOKEN}":
        say({"ev": "stranger"})
        return await link.close(1008)
    STATE["links"].append(link)
    await lifecycle(link)
    say({"ev": "visited"})
    await hear(link)


async def serve(order):
    def shown(link, request):
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return link.respond(403, "no\n")
        return None

    secured = None
    if "certificate" in order:
        secured = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        secured.load_cert_chain(order["certificate"], order["key"])
    server = await websockets.serve(welcome, "127.0.0.1", order.get("port", 0), process_request=shown, ssl=secured)
    STATE["server"] = server
    say({"ev": "listening", "port": server.sockets[0].getsockname()[1]})


async def connect(order):
    headers = {"X-Self-ID": str(order.get("account", ACCOUNT)), "X-Client-Role": order.get("role", "Universal")}
    token = order.get("token", TOKEN)
    if token:
        headers["Authorization"] = f"Bearer {token}"
    try:
        link = await websockets.connect(order["url"], additional_headers=headers, user_agent_header="CQHttp/4.15.0", max_size=None)
    except websockets.InvalidStatus as no:
        return say({"ev": "refused", "status": no.response.status_code})
    STATE["links"].append(link)
    if headers["X-Client-Role"] != "API":
        await lifecycle(link)
    asyncio.ensure_future(hear(link))
    say({"ev": "connected"})


async def idle(order):
    """Makes many links that say nothing."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    headers = {"X-Self-ID": str(ACCOUNT), "X-Client-Role": "Event", "Authorization": f"Bearer {TOKEN}"}
    made = []
    for _ in range(order["count"]):
        made.append(await websockets.connect(order["url"], additional_headers=headers, ping_interval=None, max_queue=1))
    STATE["idle"] = made
    say({"ev": "idle", "count": len(made)})


def signed(body, order):
    digest = hmac.new(order.get("secret", SECRET.decode()).encode(), body, hashlib.sha1).hexdigest()
    return {"Content-Type": "application/json", "X-Self-ID": str(ACCOUNT), "X-Signature": "sha1=" + digest, "User-Agent": "CQHttp/4.15.0"}


def post(order, made):
    body = json.dumps(made).encode()
    try:
        connection = http.client.HTTPConnection("127.0.0.1", order["post"], timeout=60)
        connection.request("POST", order.get("path", "/onebot/v11/"), body, signed(body, order))
        status = connection.getresponse().status
        connection.close()
        return status
    except OSError:
        return 0


async def tell(order):
    """Tells an event, as often as ordered, over the newest link or by posts."""
    made = event(order)
    if not order.get("odd") and not understood(made):
        return say({"ev": "odd", "event": made})
    times, told = order.get("times", 1), []
    STATE["told"].append(made)
    if order.get("unheard"):
        return say({"ev": "told", "all": told})
    for _ in range(times):
        if "post" in order:
            told.append(await asyncio.to_thread(post, order, made))
        else:
            await STATE["links"][-1].send(json.dumps(made))
    say({"ev": "told", "all": told})


async def many(order):
    """Tells of many messages: each of another account, twice, in any order. Posts go on until each was taken; the other side may die meanwhile."""
    refused, now = 0, order.get("time") or int(time.time())
    for at in [*range(order["count"]), *range(order["count"])]:
        made = event({"user": 300000 + at % order.get("users", order["count"]), "id": at, "time": now, "text": order["text"].replace("#", str(at))})
        if "post" not in order:
            if at < order["count"]:
                STATE["told"].append(made)
            try:
                await STATE["links"][-1].send(json.dumps(made))
            except (IndexError, websockets.ConnectionClosed):
                refused += 1
            continue
        while await asyncio.to_thread(post, order, made) != 204:
            refused += 1
            await asyncio.sleep(0.02)
        if at % 20 == 0:
            say({"ev": "progress", "taken": at})
    say({"ev": "many", "refused": refused})


async def rubbish(order):
    link = STATE["links"][-1]
    for frame in order["frames"]:
        await link.send(frame)
    if order.get("times"):
        for _ in range(order["times"]):
            await link.send("}{")
    say({"ev": "thrown"})


class Calls(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        good = self.headers.get("Authorization") == f"Bearer {TOKEN}"
        answer = call({"action": self.path.rsplit("/", 1)[-1], "params": json.loads(body)}) if good else None
        self.send_response(200 if good else 403)
        self.end_headers()
        if answer:
            self.wfile.write(json.dumps(answer).encode())

    def log_message(self, *_):
        pass


async def calls(_):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Calls)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    say({"ev": "calls", "port": server.server_address[1]})


async def obey(order):
    do = order["do"]
    if do == "remember":
        STATE["remembers"] = order["how"]
        say({"ev": "remembers"})
    elif do == "mood":
        STATE["mood"] = order["mood"]
        say({"ev": "felt"})
    elif do == "drop":
        link = STATE["links"].pop()
        link.transport.abort()
        say({"ev": "dropped"})
    elif do == "away":
        STATE["server"].close()
        await STATE["server"].wait_closed()
        say({"ev": "away"})
    else:
        await {"serve": serve, "connect": connect, "idle": idle, "tell": tell, "many": many, "rubbish": rubbish, "calls": calls}[do](order)


async def main():
    orders = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    say({"ev": "ready"})
    while line := await orders.readline():
        await obey(json.loads(line))


asyncio.run(main())
