// A carrier's message centre, made of node-smpp: it takes what a service sends, hands over what it is told to, and says what happened,
// one JSON object a line. Orders come on standard input, one JSON object a line.
'use strict';
const smpp = require('smpp');
const readline = require('readline');

const password = process.argv[2] || 'secret';
const say = (what) => process.stdout.write(JSON.stringify(what) + '\n');
const sessions = [];
// what is done when a service is bound: what it was not heard to have taken is brought once more
let again = () => {};
// throttle: how many of the next messages are asked to wait; hang: answer nothing; lose: receipts say that nothing arrived
const mood = { throttle: 0, hang: false, deaf: false, receipts: 'none', status: 0 };
let named = 0;

const server = smpp.createServer((session) => {
  session.on('error', () => {});
  session.on('bind_transceiver', (pdu) => {
    if (mood.hang) return;
    if (pdu.password !== password) return session.send(pdu.response({ command_status: smpp.ESME_RINVPASWD }));
    session.send(pdu.response());
    sessions.push(session);
    again();
    say({ ev: 'bound', system_id: pdu.system_id, version: pdu.interface_version });
  });
  session.on('enquire_link', (pdu) => { if (!mood.hang) { session.send(pdu.response()); say({ ev: 'enquired' }); } });
  session.on('unbind', (pdu) => { session.send(pdu.response()); session.close(); });
  session.on('submit_sm', (pdu) => {
    if (mood.hang) return say({ ev: 'unanswered' });
    if (mood.throttle > 0) {
      mood.throttle -= 1;
      say({ ev: 'throttled' });
      return session.send(pdu.response({ command_status: smpp.ESME_RTHROTTLED }));
    }
    if (mood.status) return session.send(pdu.response({ command_status: mood.status }));
    const id = 'm' + (++named);
    const words = pdu.short_message;
    const part = words.udh ? { udh: words.udh.map((one) => Buffer.from(one).toString('hex')) } : {};
    const arrived = () => {
      const stat = mood.receipts === 'lost' ? 'UNDELIV' : 'DELIVRD';
      deliver({ from: pdu.destination_addr, to: pdu.source_addr, esm_class: 4, data_coding: 0,
        words: `id:${id} sub:001 dlvrd:001 submit date:2611291200 done date:2611291200 stat:${stat} err:000 text:` });
    };
    // a receipt may be quicker than the answer it belongs to
    if (mood.receipts === 'first') arrived();
    say({ ev: 'sent', id, from: pdu.source_addr, to: pdu.destination_addr, coding: pdu.data_coding, text: words.message, ...part });
    session.send(pdu.response({ message_id: id }));
    if (mood.receipts === 'there' || mood.receipts === 'lost') arrived();
  });
  session.on('close', () => {
    const at = sessions.indexOf(session);
    if (at >= 0) sessions.splice(at, 1);
    say({ ev: 'closed' });
  });
});

function deliver(one, done) {
  const session = sessions[sessions.length - 1];
  if (!session) return say({ ev: 'nobody' });
  const message = one.udh ? { udh: Buffer.from(one.udh, 'hex'), message: one.words } : one.words;
  const short = one.hex ? Buffer.from(one.hex, 'hex') : message;
  session.deliver_sm({
    source_addr: one.from, destination_addr: one.to || '10690931', short_message: short,
    esm_class: one.esm_class === undefined ? (one.udh ? 0x40 : 0) : one.esm_class,
    data_coding: one.data_coding === undefined ? 8 : one.data_coding,
  }, (answer) => done ? done(answer.command_status) : say({ ev: 'taken', status: answer.command_status }));
}

// Hands over many, so many unanswered at a time, and says how long it took.
function many(order) {
  const begun = process.hrtime.bigint();
  const waiting = new Set();
  let next = 0, taken = 0, refused = 0, brought = 0;
  const hand = (at) => {
    brought += 1;
    const from = order.from || '139' + String(10000000 + at);
    deliver({ from, words: order.words.replace('#', at) }, (status) => {
      if (!waiting.delete(at)) return;
      if (status) refused += 1; else taken += 1;
      if (taken % 100 === 0) say({ ev: 'progress', taken });
      if (taken + refused === order.count) {
        say({ ev: 'many', taken, refused, brought, millis: Number((process.hrtime.bigint() - begun) / 1000000n) });
      }
      more();
    });
  };
  const more = () => {
    if (next >= order.count) return;
    waiting.add(next);
    hand(next++);
  };
  again = () => [...waiting].forEach(hand);
  for (let at = 0; at < order.window; at += 1) more();
}

readline.createInterface({ input: process.stdin }).on('line', (line) => {
  const order = JSON.parse(line);
  if (order.do === 'deliver') deliver(order);
  if (order.do === 'many') many(order);
  if (order.do === 'mood') { Object.assign(mood, order); say({ ev: 'mood' }); }
  if (order.do === 'cut') sessions.slice().forEach((session) => session.destroy());
  if (order.do === 'raw') sessions.forEach((session) => session.socket.write(Buffer.from(order.hex, 'hex')));
}).on('close', () => process.exit(0));

server.listen(0, '127.0.0.1', () => say({ ev: 'listening', port: server.address().port }));
