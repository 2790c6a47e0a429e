// A gateway as docs/sms-gateway.md describes it, made of nothing but what node brings: it takes signed requests, answers as it is told
// to, and sends signed requests itself. Orders come on standard input, one JSON object a line; so does what it says.
'use strict';
const http = require('http');
const crypto = require('crypto');
const readline = require('readline');

const secret = 'an-example-secret-of-nobody';
const say = (what) => process.stdout.write(JSON.stringify(what) + '\n');
const taken = new Map();
const mood = { status: 200 };

const sign = (path, time, nonce, body) => crypto.createHmac('sha256', secret)
  .update(['POST', path, time, nonce, crypto.createHash('sha256').update(body).digest('hex')].join('\n')).digest('hex');

http.createServer((request, response) => {
  const pieces = [];
  request.on('data', (piece) => pieces.push(piece));
  request.on('end', () => {
    const body = Buffer.concat(pieces);
    const head = (name) => request.headers['x-minsheng-' + name];
    const own = sign(request.url, head('time'), head('nonce'), body);
    const answer = (status, what) => { response.writeHead(status); response.end(JSON.stringify(what)); };
    if (head('signature') !== own || head('key') !== 'qinghe') return answer(401, {});
    if (mood.status !== 200) { say({ ev: 'refused' }); return answer(mood.status, {}); }
    const message = JSON.parse(body);
    const known = taken.has(message.id);
    if (!known) taken.set(message.id, 'out-' + (taken.size + 1));
    answer(known ? 409 : 200, { id: taken.get(message.id) });
    say({ ev: known ? 'again' : 'sent', gateway: taken.get(message.id), ...message });
  });
}).listen(0, '127.0.0.1', function () { say({ ev: 'listening', port: this.address().port }); });

function post(order) {
  const body = JSON.stringify(order.body);
  const time = String(Math.floor(order.time));
  const nonce = order.nonce || crypto.randomBytes(16).toString('hex');
  const headers = {
    'content-type': 'application/json', 'x-minsheng-key': 'qinghe', 'x-minsheng-time': time, 'x-minsheng-nonce': nonce,
    'x-minsheng-signature': order.signature || sign(order.path, time, nonce, body),
  };
  const request = http.request({ port: order.port, host: '127.0.0.1', method: 'POST', path: order.path, headers }, (answer) => {
    answer.resume();
    answer.on('end', () => say({ ev: 'answered', status: answer.statusCode }));
  });
  request.on('error', () => say({ ev: 'answered', status: 0 }));
  request.end(body);
}

readline.createInterface({ input: process.stdin }).on('line', (line) => {
  const order = JSON.parse(line);
  if (order.do === 'mood') { Object.assign(mood, order); say({ ev: 'mood' }); }
  if (order.do === 'post') post(order);
}).on('close', () => process.exit(0));
