import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { answerUnderFaults } from '../../../../main/sandbox/faults/answering.ts';
import { type Faults, faultsOf } from '../../../../main/sandbox/faults/faults.ts';
import type { FaultFile } from '../../../../main/sandbox/faults/rules.ts';

const REFUSE = { kind: 'refuse', status: 503 } as const;

function kindsOf(faults: Faults, where: string, calls: number, nowMs = 0) {
  return Array.from({ length: calls }, () => faults.decide(where, nowMs, ['refuse', 'lose_answer'])?.kind ?? null);
}

describe('which call a fault befalls', () => {
  it('is the nth of those the rule names, and no other', () => {
    const faults = faultsOf({ rules: [{ where: 'stripe.transfers.create', when: { nth: [2] }, do: REFUSE }] }, 0);
    expect(kindsOf(faults, 'stripe.balance.retrieve', 2)).toEqual([null, null]);
    expect(kindsOf(faults, 'stripe.transfers.create', 3)).toEqual([null, 'refuse', null]);
  });

  it('is any below a name that ends in a star', () => {
    const faults = faultsOf({ rules: [{ where: 'stripe.*', when: { every: 2 }, do: REFUSE }] }, 0);
    expect(kindsOf(faults, 'stripe.events.list', 4)).toEqual([null, 'refuse', null, 'refuse']);
    expect(kindsOf(faults, 'stripes.list', 2)).toEqual([null, null]);
  });

  it('is decided by the first rule that applies', () => {
    const rules: FaultFile['rules'] = [
      { where: 'a.b', when: { nth: [1] }, do: { kind: 'lose_answer' } },
      { where: 'a.b', do: REFUSE },
    ];
    expect(kindsOf(faultsOf({ rules }, 0), 'a.b', 2)).toEqual(['lose_answer', 'refuse']);
  });

  it('lies within its time, counted from the start', () => {
    const faults = faultsOf({ rules: [{ where: 'a.b', when: { fromMs: 10, untilMs: 20 }, do: REFUSE }] }, 1_000);
    expect([1_009, 1_010, 1_019, 1_020].map((nowMs) => kindsOf(faults, 'a.b', 1, nowMs)[0])).toEqual([
      null,
      'refuse',
      'refuse',
      null,
    ]);
  });

  it('passes over what the place cannot do, without counting it', () => {
    const rules: FaultFile['rules'] = [{ where: 'a.b', when: { nth: [1] }, do: { kind: 'duplicate' } }];
    const faults = faultsOf({ rules }, 0);
    expect(faults.decide('a.b', 0, ['refuse'])).toBeNull();
    expect(faults.decide('a.b', 0, ['duplicate'])).toEqual({ kind: 'duplicate' });
  });

  it('takes the whole service away for its time', () => {
    const faults = faultsOf(
      { rules: [{ where: 'stripe.events.list', when: { nth: [1] }, do: { kind: 'go_away', ms: 50 } }] },
      0,
    );
    expect(faults.decide('stripe.events.list', 0, [])?.kind).toBe('lose_request');
    expect(faults.decide('stripe.transfers.create', 49, [])?.kind).toBe('lose_request');
    expect(faults.decide('nowpayments.list', 49, [])).toBeNull();
    expect(faults.decide('stripe.transfers.create', 50, [])).toBeNull();
  });

  it('follows from the seed where it is left to chance', () => {
    const run = (seed: number) =>
      kindsOf(faultsOf({ seed, rules: [{ where: 'a.b', when: { chance: 0.3 }, do: REFUSE }] }, 0), 'a.b', 200);
    expect(run(7)).toEqual(run(7));
    expect(run(7)).not.toEqual(run(8));
    const hit = run(7).filter((kind) => kind !== null).length;
    expect(hit).toBeGreaterThan(35);
    expect(hit).toBeLessThan(90);
  });
});

describe('a call over a socket', () => {
  let close = () => Promise.resolve();
  afterEach(() => close());

  async function service(file: FaultFile) {
    const done: string[] = [];
    const faults = faultsOf(file, 0);
    const server = createServer((request, response) => {
      void answerUnderFaults({
        faults,
        where: 'a.b',
        nowMs: 0,
        response,
        handle: () => {
          done.push(request.url ?? '');
          return { status: 200, body: JSON.stringify({ text: 'x'.repeat(2_000) }) };
        },
        refusal: (status) => ({ status, body: '{"error":"no"}' }),
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    close = async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    };
    return { done, ask: () => fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/one`) };
  }

  it.each([
    ['lose_request', 0],
    ['lose_answer', 1],
  ] as const)('%s: breaks, with so many things done: %i', async (kind, done) => {
    const { ask, done: list } = await service({ rules: [{ where: 'a.b', do: { kind } }] });
    await expect(ask()).rejects.toThrow('fetch failed');
    expect(list).toHaveLength(done);
  });

  it('cut_answer: begins and breaks off, with the thing done', async () => {
    const { ask, done } = await service({ rules: [{ where: 'a.b', do: { kind: 'cut_answer' } }] });
    await expect(ask().then((answer) => answer.text())).rejects.toThrow('terminated');
    expect(done).toHaveLength(1);
  });

  it('refuse and refuse_after: the same words, with nothing and with the thing done', async () => {
    const { ask, done } = await service({
      rules: [
        { where: 'a.b', when: { nth: [1] }, do: { kind: 'refuse', status: 429, retryAfterS: 3 } },
        { where: 'a.b', when: { nth: [1] }, do: { kind: 'refuse_after', status: 500 } },
      ],
    });
    const refused = await ask();
    expect([refused.status, refused.headers.get('retry-after'), await refused.text(), done.length]).toEqual([
      429,
      '3',
      '{"error":"no"}',
      0,
    ]);
    const after = await ask();
    expect([after.status, done.length]).toEqual([500, 1]);
    expect((await ask()).status).toBe(200);
  });
});
