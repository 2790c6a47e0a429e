"""A program of somebody else that is told what became of what it sent: it checks each signature as the documentation says, fails as often as it
was asked to, and writes down what it took."""

import hashlib
import hmac
import json
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer

secret, failures = sys.argv[1].encode(), [int(code) for code in sys.argv[2].split(",") if code]


class Told(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        time, nonce = self.headers["X-Minsheng-Time"], self.headers["X-Minsheng-Nonce"]
        text = f"POST\n{self.path}\n{time}\n{nonce}\n{hashlib.sha256(body).hexdigest()}"
        right = hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()
        good = hmac.compare_digest(right, self.headers["X-Minsheng-Signature"])
        code = failures.pop(0) if failures else 204
        if code == 0:  # the request was taken, and the answer gets lost
            code = None
        print(json.dumps({"good": good, "code": code, "path": self.path, "body": json.loads(body)}), flush=True)
        if code is None:
            self.connection.close()
            return
        self.send_response(code)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


server = HTTPServer(("127.0.0.1", 0), Told)
print(json.dumps({"port": server.server_port}), flush=True)
server.serve_forever()
