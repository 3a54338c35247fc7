import { afterEach, describe, expect, it } from 'vitest';
import { assetId } from '../../../../core/money/assets.ts';
import type { PayoutProvider, ProviderRecord } from '../../../../core/rails/provider.ts';
import { stripeProvider } from '../../../../main/rails/stripe/provider.ts';
import { recordsOfEvent } from '../../../../main/rails/stripe/records.ts';
import { DAY_MS, KEY, stripeWorld } from '../../../support/stripe-world.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function begin() {
  const world = await stripeWorld();
  open.push(world);
  await world.fill(10_000_000);
  const ana = await world.account();
  const nowMs = () => world.time.nowMs;
  const provider = stripeProvider({ key: () => KEY, url: world.url, nowMs, scaleOf: () => 2 });
  const pay = async (key: string, amountMinor = 1_000n) => {
    const assetOf = assetId('iso:USD');
    const order = { key, payoutId: `pay_${key}`, address: ana, memo: null, extraId: null, currency: null };
    return (await provider.createPayout({ ...order, assetId: assetOf, amountMinor })).reference;
  };
  return { ...world, ana, provider, pay };
}

/** To the end of the history, as sync reads it. */
async function readOn(provider: PayoutProvider, from: string | null) {
  const records: ProviderRecord[] = [];
  const gaps: { fromMs: number; toMs: number }[] = [];
  let cursor = from;
  for (let page = 0; page < 200; page++) {
    const read = await provider.listSince(cursor);
    records.push(...read.records);
    if (read.gap) gaps.push(read.gap);
    if (read.more && read.cursor === cursor) throw new Error('It stands still');
    cursor = read.cursor;
    if (!read.more) return { records, cursor, gaps };
  }
  throw new Error('It does not end');
}

const told = ({ key, reversal, amountMinor }: ProviderRecord) =>
  `${key ?? '?'} ${reversal ? 'came back' : 'paid'} ${amountMinor}`;

describe('Stripe’s history', () => {
  it('tells of each reversal by itself, with what came back by it', async () => {
    const { provider, pay, kit } = await begin();
    const reference = await pay('a-1');
    await kit.transfers.createReversal(reference, { amount: 300 });
    await kit.transfers.createReversal(reference);
    const { records } = await readOn(provider, null);
    expect(records.map(told)).toEqual(['a-1 paid 1000', 'a-1 came back 300', 'a-1 came back 700']);
    expect(new Set(records.map(({ reference: about }) => about))).toEqual(new Set([reference]));
    expect(records.slice(1).map(({ eventId, reversal }) => eventId === reversal?.reference)).toEqual([true, true]);
  });

  it('is read in order, over many pages, from whatever point', async () => {
    const { provider, pay } = await begin();
    const keys = Array.from({ length: 250 }, (_, index) => `k${index}-1`);
    for (const key of keys.slice(0, 120)) await pay(key, 1n);
    const first = await readOn(provider, null);
    for (const key of keys.slice(120)) await pay(key, 1n);
    const second = await readOn(provider, first.cursor);
    expect([...first.records, ...second.records].map(({ key }) => key)).toEqual(keys);
    expect([...first.gaps, ...second.gaps]).toEqual([]);
  });

  it('is made up for from the book after more than 30 days, with nothing lost and nothing new twice', async () => {
    const { provider, pay, kit, advance, time } = await begin();
    const first = await pay('a-1');
    const { cursor } = await readOn(provider, null);
    const leftAtMs = time.nowMs;
    advance(5 * DAY_MS);
    await pay('b-1', 2_000n);
    await kit.transfers.createReversal(first, { amount: 400 });
    advance(30 * DAY_MS);
    await pay('c-1', 3_000n);
    advance(DAY_MS);
    const back = await readOn(provider, cursor);
    // The very first is in the book from the moment of the cursor on, and known by its reference.
    expect(back.records.map(told)).toEqual(['a-1 paid 1000', 'b-1 paid 2000', '? came back 400', 'c-1 paid 3000']);
    expect(back.records.every(({ status }) => status === 'completed')).toBe(true);
    expect(back.records[2]).toMatchObject({ reference: first, reversal: { reference: back.records[2]?.eventId } });
    expect(back.gaps[0]?.fromMs).toBe(leftAtMs);
    expect(back.gaps.at(-1)?.toMs).toBeLessThan(time.nowMs);
    await pay('d-1');
    const on = await readOn(provider, back.cursor);
    expect(on.records.map(({ key }) => key)).toEqual(['d-1']);
    expect(on.gaps).toEqual([]);
  });

  it('is read from its beginning by whoever never read it, though it began before all events there are', async () => {
    const { provider, pay, kit, advance } = await begin();
    const first = await pay('a-1');
    advance(40 * DAY_MS);
    await pay('b-1');
    await kit.transfers.createReversal(first, { amount: 400 });
    const { records, cursor } = await readOn(provider, null);
    expect(records.map(told)).toEqual(['a-1 paid 1000', 'b-1 paid 1000', 'a-1 came back 400']);
    await pay('c-1');
    expect((await readOn(provider, cursor)).records.map(({ key }) => key)).toEqual(['c-1']);
  });

  it('is read from the book in smaller steps where it holds much', async () => {
    const { provider, platform, ana, advance } = await begin();
    const { cursor } = await readOn(
      provider,
      'time:0'.replace('0', String(Math.floor(Date.UTC(2026, 0, 5, 9) / 1000))),
    );
    const keys = Array.from({ length: 2_300 }, (_, index) => `k${index}-1`);
    for (const group of keys) {
      advance(60_000);
      const given = { amount: 1n, currency: 'usd', destination: ana, description: null, metadata: {}, group };
      platform.transfer(given, null);
    }
    advance(40 * DAY_MS);
    const { records, gaps } = await readOn(provider, cursor);
    expect(records.map(({ key }) => key)).toEqual(keys);
    expect(gaps.length).toBeGreaterThan(1);
  });

  it('goes on where nothing at all happened for months', async () => {
    const { provider, pay, advance } = await begin();
    await pay('a-1');
    let { cursor } = await readOn(provider, null);
    for (let month = 0; month < 4; month++) {
      advance(31 * DAY_MS);
      cursor = (await readOn(provider, cursor)).cursor;
    }
    await pay('b-1');
    expect((await readOn(provider, cursor)).records.map(({ key }) => key)).toContain('b-1');
  });

  it('is read from the book, too, where Stripe has forgotten earlier than our clock says', async () => {
    const { url, time, pay, provider } = await begin();
    await pay('a-1');
    const { cursor } = await readOn(provider, null);
    time.nowMs += 33 * DAY_MS;
    await pay('b-1');
    const slow = stripeProvider({ key: () => KEY, url, nowMs: () => time.nowMs - 5 * DAY_MS, scaleOf: () => 2 });
    const { records, gaps } = await readOn(slow, cursor);
    expect(records.map(({ key }) => key)).toContain('b-1');
    expect(gaps).not.toEqual([]);
  });

  it('does not hide what comes after an event that nobody understands', async () => {
    const { provider, pay, platform } = await begin();
    await pay('a-1');
    const event = platform.events.at(-1);
    if (!event) throw new Error('There is no event');
    platform.events.push({ ...event, id: 'evt_strange1', type: 'transfer.paused' });
    platform.events.push({ ...event, id: 'evt_strange2', object: { object: 'transfer', id: 'tr_odd', amount: 'ten' } });
    await pay('b-1');
    const { records } = await readOn(provider, null);
    expect(records.map(({ key, status }) => `${key} ${status}`)).toEqual([
      'a-1 completed',
      'a-1 unknown',
      'null unknown',
      'b-1 completed',
    ]);
    expect(records[2]?.raw).toContain('tr_odd');
  });

  it('misses nothing that Stripe shows a little late, behind what it has shown before, and tells of nothing twice', async () => {
    const { provider, pay, platform, advance } = await begin();
    await pay('a-1');
    let { cursor } = await readOn(provider, null);
    const keysOf = async () => {
      const read = await readOn(provider, cursor);
      cursor = read.cursor;
      return read.records.map(({ key }) => key);
    };
    advance(120_000);
    await pay('b-1');
    const place = platform.events.length - 1;
    const late = platform.events.splice(place, 1);
    await pay('c-1');
    await pay('d-1');
    expect(await keysOf()).toEqual(['c-1', 'd-1']);
    advance(10_000);
    platform.events.splice(place, 0, ...late);
    expect(await keysOf()).toEqual(['b-1']);
    await pay('e-1');
    expect(await keysOf()).toEqual(['e-1']);
    advance(90_000);
    expect(await keysOf()).toEqual([]);
    // Once nothing of it can be late any more, only the last of it is remembered.
    expect(cursor).toMatch(/^event:evt_\w+:\d+$/);
    expect(await keysOf()).toEqual([]);
  });

  it('tells of a change to the metadata as of no payment', async () => {
    const { kit, pay, platform } = await begin();
    await pay('a-1');
    const [event] = (await kit.events.list({ type: 'transfer.created' })).data;
    const [record] = recordsOfEvent({ ...event, type: 'transfer.updated' }, () => 2);
    expect(record).toMatchObject({ status: 'accepted', key: 'a-1', reference: platform.transfers[0]?.id });
  });

  it('refuses a cursor that is none of its own', async () => {
    const { provider } = await begin();
    await expect(provider.listSince('12')).rejects.toThrow('Not a cursor');
  });
});
