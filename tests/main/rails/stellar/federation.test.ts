/** What names stand for, as their domains say; one by one, and thousands at once. */
import { createServer } from 'node:https';
import { StrKey } from '@stellar/stellar-sdk/base';
import { afterEach, describe, expect, it } from 'vitest';
import { federationResolver } from '../../../../main/rails/stellar/federation.ts';
import { type HomeDomain, openHomeDomain } from '../../../../main/rails/stellar/home-domain.ts';
import { ownCertificate } from '../../../support/certificate.ts';

const ACCOUNT = StrKey.encodeEd25519PublicKey(Uint8Array.from({ length: 32 }, (_, index) => index));
const NAME = 'ana*example.com';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const home = (ask: HomeDomain['ask']): HomeDomain => ({ ask, close: () => undefined });

describe('a federation name', () => {
  const ask = async (record: unknown) =>
    (await federationResolver({ open: async () => home(async () => record) }).resolve([NAME])).get(NAME);

  it('stands for what its domain answers', async () => {
    expect(await ask({ account_id: ACCOUNT })).toEqual({ ok: true, address: ACCOUNT, memo: null });
    expect(await ask({ account_id: ACCOUNT, memo_type: 'id', memo: 42 })).toEqual({
      ok: true,
      address: ACCOUNT,
      memo: { type: 'id', value: '42' },
    });
    const hash = Buffer.alloc(32, 5);
    expect(await ask({ account_id: ACCOUNT, memo_type: 'hash', memo: hash.toString('base64') })).toMatchObject({
      memo: { type: 'hash', value: hash.toString('hex') },
    });
  });

  it('stands for nothing when the answer is none, or not whole', async () => {
    for (const record of [
      {},
      'text',
      { account_id: 7 },
      { account_id: ACCOUNT, memo: 'x' },
      { account_id: ACCOUNT, memo_type: 'other', memo: 'x' },
    ]) {
      expect(await ask(record), JSON.stringify(record)).toMatchObject({ ok: false });
    }
    expect(await ask(null)).toEqual({ ok: false, why: 'example.com knows no such name.' });
    const silent = federationResolver({ open: () => Promise.reject(new Error('no answer in time.')) });
    expect((await silent.resolve([NAME])).get(NAME)).toEqual({
      ok: false,
      why: 'example.com gave no answer for it: no answer in time.',
    });
  });

  it('never leads into our own network', async () => {
    let asked = 0;
    const resolver = federationResolver({
      open: async () => {
        asked += 1;
        return home(async () => ({ account_id: ACCOUNT }));
      },
    });
    const inside = ['127.0.0.1', '10.0.0.7', '169.254.169.254', '2130706433.1', 'engine.localhost', 'localhost'];
    const found = await resolver.resolve(inside.map((domain) => `ana*${domain}`));
    for (const domain of inside) expect(found.get(`ana*${domain}`), domain).toMatchObject({ ok: false });
    expect(asked).toBe(0);
  });
});

describe('thousands of names', () => {
  const namesOf = (domain: string, count: number) => Array.from({ length: count }, (_, n) => `p${n}*${domain}`);

  it('find each domain once, ask a few at a time, and say how far they are', async () => {
    let opened = 0;
    let closed = 0;
    let now = 0;
    let most = 0;
    const resolver = federationResolver({
      open: async () => {
        opened += 1;
        const ask = async () => {
          now += 1;
          most = Math.max(most, now);
          await new Promise((resolve) => setImmediate(resolve));
          now -= 1;
          return { account_id: ACCOUNT };
        };
        return { ask, close: () => (closed += 1) };
      },
    });
    const steps: number[] = [];
    const names = [
      ...namesOf('example.com', 1_000),
      ...namesOf('EXAMPLE.com', 1_000),
      ...namesOf('example.org', 1_000),
    ];
    const found = await resolver.resolve([...names, ...names], { step: (answered) => steps.push(answered) });
    expect([...found.values()].filter(({ ok }) => ok)).toHaveLength(3_000);
    expect([opened, closed, steps.at(-1)]).toEqual([2, 2, 3_000]);
    expect(most).toBeLessThanOrEqual(8);
  });

  it('wait for a silent domain no longer than for a few of its names, and for the others not at all', async () => {
    const asked: string[] = [];
    const resolver = federationResolver({
      open: async (domain) => {
        if (domain === 'gone.com') throw new Error('no answer in time.');
        return home(async (name) => {
          asked.push(name);
          if (domain === 'mute.com') throw new Error('no answer in time.');
          return { account_id: ACCOUNT };
        });
      },
    });
    const all = ['gone.com', 'mute.com', 'fine.com'].flatMap((domain) => namesOf(domain, 500));
    const found = await resolver.resolve(all);
    expect(found.size).toBe(1_500);
    expect(asked.filter((name) => name.endsWith('mute.com')).length).toBeLessThan(10);
    expect(asked.filter((name) => name.endsWith('fine.com'))).toHaveLength(500);
    expect(found.get('p499*mute.com')).toEqual({
      ok: false,
      why: 'mute.com gave no answer for it: it stayed silent for others before it.',
    });
    expect(found.get('p499*gone.com')).toMatchObject({ ok: false });
    expect(found.get('p499*fine.com')).toMatchObject({ ok: true });
  });

  it('end when their time is over or nobody waits any more, each with an answer', async () => {
    const stop = new AbortController();
    let asked = 0;
    const open = async () =>
      home(async () => {
        asked += 1;
        if (asked === 8) stop.abort();
        return { account_id: ACCOUNT };
      });
    const names = namesOf('example.com', 100);
    expect((await federationResolver({ open }).resolve(names, { signal: stop.signal })).size).toBe(100);
    expect(asked).toBeLessThan(20);
    const late = await federationResolver({ open, totalMsMax: 0 }).resolve(names);
    expect(late.get('p99*example.com')).toEqual({
      ok: false,
      why: 'example.com gave no answer for it: there was no time left to ask it.',
    });
  });
});

describe('a domain', () => {
  /** A domain whose files and names are as told; over TLS, as real ones are. */
  async function domain(answer: (path: string) => { status?: number; body: string; location?: string }) {
    const certificate = ownCertificate();
    const asked: string[] = [];
    const server = createServer(certificate, (request, response) => {
      asked.push(request.url ?? '');
      const { status = 200, body, location } = answer(request.url ?? '');
      response.writeHead(status, location === undefined ? {} : { location }).end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closing.push(async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    });
    const { port } = server.address() as { port: number };
    const rules = {
      privateAllowed: true,
      port,
      ca: [certificate.cert],
      lookup: async () => [{ address: '127.0.0.1', family: 4 }],
      answerMsMax: 2_000,
    };
    const serving = (more = '') =>
      `VERSION="2.0.0"\n${more}FEDERATION_SERVER="https://hooks.example.org:${port}/names?x=1"\n`;
    return { asked, rules, port, serving };
  }
  const DOMAIN = 'hooks.example.org';

  it('is asked where its file says, and says what it knows', async () => {
    const at = await domain((path) => {
      if (path.startsWith('/.well-known')) return { body: at.serving() };
      return path.includes('ana*') || path.includes('ana%2A')
        ? { body: JSON.stringify({ account_id: ACCOUNT }) }
        : { status: 404, body: '{"detail":"none"}' };
    });
    const resolver = federationResolver({ open: (name) => openHomeDomain(name, at.rules) });
    const [ana, ben] = [`ana*${DOMAIN}`, `ben*${DOMAIN}`];
    const found = await resolver.resolve([ana, ben]);
    expect(found.get(ana)).toEqual({ ok: true, address: ACCOUNT, memo: null });
    expect(found.get(ben)).toEqual({ ok: false, why: `${DOMAIN} knows no such name.` });
    expect(at.asked.filter((path) => path.startsWith('/.well-known'))).toHaveLength(1);
    expect(at.asked.filter((path) => path.startsWith('/names?type=name&q='))).toHaveLength(2);
  });

  it.each([
    ['has no file', () => ({ status: 404, body: '' }), 'its stellar.toml was answered with 404.'],
    ['sends elsewhere', () => ({ status: 302, body: '', location: 'https://10.0.0.7/' }), 'answered with 302.'],
    ['names no server', () => ({ body: 'VERSION="2.0.0"\n' }), 'names no server for names.'],
    ['names one in a table', () => ({ body: '[X]\nFEDERATION_SERVER="https://a.com"' }), 'names no server for names.'],
    ['never ends', () => ({ body: 'x'.repeat(200_000) }), 'it answered with more than is read.'],
  ])('that %s gives no answer', async (_what, answer, why) => {
    const at = await domain(answer);
    await expect(openHomeDomain(DOMAIN, at.rules)).rejects.toThrow(why);
  });

  it('cannot lead to this machine, to its network or out of encryption, whatever its file says', async () => {
    const files: string[] = [];
    const at = await domain(() => ({ body: files[0] ?? '' }));
    // Public by its name, private by where the name leads.
    await expect(openHomeDomain(DOMAIN, { ...at.rules, privateAllowed: false })).rejects.toThrow('private network');
    expect(at.asked).toEqual([]);
    for (const server of [`https://127.0.0.1:${at.port}/`, 'https://intranet.example.org/', 'http://example.org/']) {
      files[0] = `FEDERATION_SERVER="${server}"`;
      let found = 0;
      const lookup = async () => [{ address: found++ === 0 ? '8.8.8.8' : '10.0.0.7', family: 4 }];
      const first = await openHomeDomain(DOMAIN, at.rules);
      first.close();
      expect(await lookup()).toMatchObject([{ address: '8.8.8.8' }]);
      // The first place was public; from here on only public ones are.
      Object.assign(at.rules, { privateAllowed: false, lookup });
      await expect(first.ask('ana*hooks.example.org'), server).rejects.toThrow(/private network|encrypted/);
      Object.assign(at.rules, { privateAllowed: true, lookup: async () => [{ address: '127.0.0.1', family: 4 }] });
    }
  });
});
