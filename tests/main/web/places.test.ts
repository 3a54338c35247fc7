/** What names stand for, asked of a name server of our own. */
import { createSocket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { afterEach, expect, it } from 'vitest';
import { placesOf, publicNames } from '../../../main/web/places.ts';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

const A = 1;
const ADDRESS = [93, 184, 216, 34];

/** Knows one address for every name but those it stays silent about. */
async function nameServer(): Promise<string> {
  const socket = createSocket('udp4');
  closing.push(() => socket.close());
  socket.on('message', (asked, { port, address }) => {
    const label = asked.toString('latin1', 13, 13 + (asked[12] ?? 0));
    if (label.startsWith('silent')) return;
    const end = asked.indexOf(0, 12) + 5;
    const isAsked = asked.readUInt16BE(end - 4) === A;
    // The same question, and the answer to it where there is one.
    const header = Buffer.from([asked[0] ?? 0, asked[1] ?? 0, 0x81, 0x80, 0, 1, 0, isAsked ? 1 : 0, 0, 0, 0, 0]);
    const answer = Buffer.from([0xc0, 12, 0, A, 0, 1, 0, 0, 0, 60, 0, 4, ...ADDRESS]);
    socket.send(Buffer.concat([header, asked.subarray(12, end), ...(isAsked ? [answer] : [])]), port, address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return `127.0.0.1:${socket.address().port}`;
}

it('a name nobody answers for is given up, and keeps no other from being found', async () => {
  const names = publicNames({ servers: [await nameServer()], answerMsMax: 150 });
  const rules = { privateAllowed: false, lookup: names };
  const ended: string[] = [];
  const silent = Array.from({ length: 12 }, async (_, n) => {
    const found = await placesOf(new URL(`https://silent${n}.example`), rules);
    ended.push('silent');
    return found;
  });
  expect(await placesOf(new URL('https://good.example'), rules)).toEqual([{ address: '93.184.216.34', family: 4 }]);
  expect((await lookup('localhost')).address).toMatch(/^(127\.|::1)/);
  expect(ended).toEqual([]);
  for (const found of await Promise.all(silent)) expect(found).toMatch(/^The name silent\d+\.example is not known/);
});
