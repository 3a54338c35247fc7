/**
 * What every payout provider must do, whatever moves the money behind it. The engine relies on each
 * of these sentences to pay everybody once; a rail that breaks one of them is not a rail.
 */
import { afterEach, describe, expect, it } from 'vitest';
import type { AssetId } from '../../../core/money/assets.ts';
import { INT64_MAX } from '../../../core/money/minor.ts';
import {
  type PayoutOrder,
  type PayoutProvider,
  type ProviderRecord,
  ProviderRefused,
  ProviderUnreachable,
} from '../../../core/rails/provider.ts';

/** How an order ends at the provider: paid, finally not paid, or in a status that has no meaning for us. */
export type Ending = 'completed' | 'failed' | 'unknown';

export type Paid = Pick<PayoutOrder, 'key' | 'address' | 'assetId' | 'amountMinor'>;

export interface RailUnderTest {
  readonly provider: PayoutProvider;
  /** An order to this address ends as asked for. */
  readonly address: string;
  readonly badAddresses: readonly string[];
  readonly assetId: AssetId;
  readonly otherAssetId: AssetId;
  /** How the provider itself spells the status that nobody knows. */
  readonly unknownStatus?: string;
  /** The most the provider takes in one payment; more is refused, never rounded. Absent: whatever there is. */
  readonly amountMinorMax?: bigint;
  /** The next amount above that it does not take; one more than the most unless told otherwise. */
  readonly tooLargeMinor?: bigint;
  /** Records on one page of its list; null when it gives them all at once. */
  readonly recordsPerPage: number | null;
  nowMs(): number;
  /** What truly was paid, whatever was answered. */
  truth(): readonly Paid[];
  readonly faults: {
    /** The next request does not arrive. */
    loseRequest(): void;
    /** The next request is carried out, and its answer does not arrive. */
    loseAnswer(): void;
    goAway(): void;
    comeBack(): void;
  };
  close(): Promise<void>;
}

/** How this provider's payments end, where it differs from others. */
export interface Ways {
  /** Whether it takes an order that finally fails, or refuses it: then there is no payment to ask about. */
  readonly failed?: 'taken' | 'refused';
  /** Whether its payments have a status at all, which could be one that nobody knows. */
  readonly unknown?: 'possible' | 'impossible';
}

export function providerContract(
  name: string,
  make: (ending: Ending) => Promise<RailUnderTest>,
  { failed = 'taken', unknown = 'possible' }: Ways = {},
): void {
  const made: RailUnderTest[] = [];
  afterEach(async () => {
    for (const rail of made.splice(0)) await rail.close();
  });

  const begin = async (ending: Ending = 'completed') => {
    const rail = await make(ending);
    made.push(rail);
    const order = (key: string, changes: Partial<PayoutOrder> = {}): PayoutOrder => ({
      key,
      payoutId: `pay_${key}`,
      address: rail.address,
      memo: null,
      extraId: null,
      currency: null,
      assetId: rail.assetId,
      amountMinor: 12_345n,
      ...changes,
    });
    return { ...rail, order };
  };

  const paidKeys = (rail: RailUnderTest) => rail.truth().map(({ key }) => key);

  describe(`${name}, as a payout provider`, () => {
    it('pays once for one key, however often it is asked, one after another and at once', async () => {
      const rail = await begin();
      const first = await rail.provider.createPayout(rail.order('a-1'));
      expect(await rail.provider.createPayout(rail.order('a-1'))).toEqual(first);
      const atOnce = await Promise.all(Array.from({ length: 8 }, () => rail.provider.createPayout(rail.order('b-1'))));
      expect(new Set(atOnce.map(({ reference }) => reference)).size).toBe(1);
      expect(paidKeys(rail)).toEqual(['a-1', 'b-1']);
    });

    it('refuses a key that was used for another content, for good, and pays nothing', async () => {
      const rail = await begin();
      await rail.provider.createPayout(rail.order('a-1'));
      for (const changes of [
        { amountMinor: 12_346n },
        { assetId: rail.otherAssetId },
        { address: `${rail.address}2` },
      ]) {
        const refused = await rail.provider.createPayout(rail.order('a-1', changes)).catch((error: unknown) => error);
        expect(refused, JSON.stringify(Object.keys(changes))).toBeInstanceOf(ProviderRefused);
        expect(refused).toMatchObject({ mayRetry: false });
      }
      expect(rail.truth()).toEqual([paidBy(rail.order('a-1'))]);
    });

    it('knows nothing under a key before it was asked, and the same answer ever after', async () => {
      const rail = await begin();
      expect(await rail.provider.lookup('a-1')).toBeNull();
      const answer = await rail.provider.createPayout(rail.order('a-1'));
      expect(await rail.provider.lookup('a-1')).toEqual(answer);
      expect(await rail.provider.getPayoutStatus(answer.reference)).toEqual(answer);
      expect(await rail.provider.lookup('a-2')).toBeNull();
    });

    it('says that it cannot be known when the answer was lost; a lookup then tells, and it is paid once', async () => {
      const rail = await begin();
      rail.faults.loseAnswer();
      await expect(rail.provider.createPayout(rail.order('a-1'))).rejects.toBeInstanceOf(ProviderUnreachable);
      expect(paidKeys(rail)).toEqual(['a-1']);
      const known = await rail.provider.lookup('a-1');
      expect(known).toMatchObject({ status: 'completed' });
      expect(await rail.provider.createPayout(rail.order('a-1'))).toEqual(known);
      expect(paidKeys(rail)).toEqual(['a-1']);
    });

    it('says that it cannot be known when the request was lost; a lookup then finds nothing', async () => {
      const rail = await begin();
      rail.faults.loseRequest();
      await expect(rail.provider.createPayout(rail.order('a-1'))).rejects.toBeInstanceOf(ProviderUnreachable);
      expect(rail.truth()).toEqual([]);
      expect(await rail.provider.lookup('a-1')).toBeNull();
      await rail.provider.createPayout(rail.order('a-1'));
      expect(paidKeys(rail)).toEqual(['a-1']);
    });

    it('never takes silence for "no": every question fails as unreachable while it is away', async () => {
      const rail = await begin();
      const { reference } = await rail.provider.createPayout(rail.order('a-1'));
      rail.faults.goAway();
      for (const [what, ask] of Object.entries({
        createPayout: () => rail.provider.createPayout(rail.order('b-1')),
        lookup: () => rail.provider.lookup('a-1'),
        getPayoutStatus: () => rail.provider.getPayoutStatus(reference),
        listSince: () => rail.provider.listSince(null),
      })) {
        const error = await ask().then(
          (answer: unknown) => `answered ${JSON.stringify(answer)}`,
          (thrown: unknown) => thrown,
        );
        expect(error, what).toBeInstanceOf(ProviderUnreachable);
      }
      rail.faults.comeBack();
      expect(await rail.provider.lookup('b-1')).toBeNull();
      expect(paidKeys(rail)).toEqual(['a-1']);
    });

    it('refuses to tell the status of a reference it never gave', async () => {
      const rail = await begin();
      await expect(rail.provider.getPayoutStatus('never-given')).rejects.toBeInstanceOf(ProviderRefused);
    });

    it('lists its records in order, page by page from the cursor, without a gap or a repetition', async () => {
      const rail = await begin();
      const count = (rail.recordsPerPage ?? 4) + 1;
      const keys = Array.from({ length: count }, (_, index) => `k${index}-1`);
      for (const key of keys) await rail.provider.createPayout(rail.order(key));
      const { records, pages } = await listAll(rail.provider, null);
      expect(pages).toBe(rail.recordsPerPage === null ? 1 : 2);
      expect(records.map(({ key }) => key)).toEqual(keys);
      expect(new Set(records.map(({ eventId }) => eventId)).size).toBe(count);
      expect(new Set(records.map(({ reference }) => reference)).size).toBe(count);
    });

    it('gives the same after the same cursor again, and only what is new after the last one', async () => {
      const rail = await begin();
      const empty = await rail.provider.listSince(null);
      expect(empty).toMatchObject({ records: [], more: false });
      await rail.provider.createPayout(rail.order('a-1'));
      const first = await rail.provider.listSince(empty.cursor);
      expect(first.records.map(({ key }) => key)).toEqual(['a-1']);
      expect(await rail.provider.listSince(empty.cursor)).toEqual(first);
      const nothing = await rail.provider.listSince(first.cursor);
      expect(nothing).toEqual({ records: [], cursor: first.cursor, more: false });
      await rail.provider.createPayout(rail.order('b-1'));
      const second = await rail.provider.listSince(nothing.cursor);
      expect(second.records.map(({ key }) => key)).toEqual(['b-1']);
      const all = await listAll(rail.provider, null);
      expect(all.records).toEqual([...first.records, ...second.records]);
    });

    it('lists what it was asked for as it came, with the reference it answered with', async () => {
      const rail = await begin();
      const { reference } = await rail.provider.createPayout(rail.order('a-1'));
      const { records } = await rail.provider.listSince(null);
      expect(records).toMatchObject([
        { key: 'a-1', reference, status: 'completed', amountMinor: 12_345n, assetId: rail.assetId },
      ]);
      const [{ raw = '', atMs = 0 } = {}] = records;
      expect(raw).toContain(reference);
      expect(Number.isSafeInteger(atMs) && atMs > 0, `atMs is ${atMs}`).toBe(true);
    });

    if (failed === 'refused')
      it('refuses for good, and says why, what it finally cannot pay', async () => {
        const rail = await begin('failed');
        const refused = await rail.provider.createPayout(rail.order('a-1')).catch((error: unknown) => error);
        expect(refused).toBeInstanceOf(ProviderRefused);
        expect(refused).toMatchObject({ mayRetry: false, message: expect.stringMatching(/\w/) });
        expect(await rail.provider.lookup('a-1')).toBeNull();
        expect((await rail.provider.listSince(null)).records).toEqual([]);
        expect(rail.truth()).toEqual([]);
      });

    if (failed === 'taken')
      it('says that it finally failed, and why, wherever it is asked', async () => {
        const rail = await begin('failed');
        const answer = await rail.provider.createPayout(rail.order('a-1'));
        expect(answer).toMatchObject({ status: 'failed', message: expect.stringMatching(/\w/) });
        expect(await rail.provider.lookup('a-1')).toEqual(answer);
        expect((await rail.provider.listSince(null)).records).toMatchObject([{ key: 'a-1', status: 'failed' }]);
        expect(rail.truth()).toEqual([]);
      });

    if (unknown === 'possible')
      it('keeps a status it has no meaning for as it came, and calls it unknown', async () => {
        const rail = await begin('unknown');
        const answer = await rail.provider.createPayout(rail.order('a-1'));
        expect(answer).toMatchObject({ status: 'unknown', rawStatus: rail.unknownStatus });
        expect(await rail.provider.lookup('a-1')).toEqual(answer);
        expect(await rail.provider.getPayoutStatus(answer.reference)).toEqual(answer);
        expect((await rail.provider.listSince(null)).records).toMatchObject([{ key: 'a-1', status: 'unknown' }]);
      });

    it('carries amounts exactly, up to the largest there is, and refuses what it cannot carry', async () => {
      const rail = await begin();
      const { amountMinorMax: max = INT64_MAX } = rail;
      const amounts = [1n, 2n ** 53n + 1n, max - 1n, max].filter((amountMinor) => amountMinor <= max);
      for (const amountMinor of amounts) {
        await rail.provider.createPayout(rail.order(`a-${amountMinor}`, { amountMinor }));
      }
      expect(rail.truth().map(({ amountMinor }) => amountMinor)).toEqual(amounts);
      const { records } = await rail.provider.listSince(null);
      expect(records.map(({ amountMinor }) => amountMinor)).toEqual(amounts);
      for (const amountMinor of [rail.tooLargeMinor ?? max + 1n, 2n ** 53n + 1n, INT64_MAX].filter(
        (amount) => amount > max && amount <= INT64_MAX,
      )) {
        const refused = await rail.provider
          .createPayout(rail.order(`b-${amountMinor}`, { amountMinor }))
          .catch((e: unknown) => e);
        expect(refused, `${amountMinor}`).toBeInstanceOf(ProviderRefused);
        expect(refused).toMatchObject({ mayRetry: false });
      }
      expect(rail.truth()).toHaveLength(amounts.length);
    });

    it('tells an address from what is none', async () => {
      const rail = await begin();
      expect(await rail.provider.checkAddress(rail.address, rail.assetId)).toEqual({ ok: true });
      expect(await rail.provider.checkAddress(rail.address, null)).toEqual({ ok: true });
      for (const address of rail.badAddresses) {
        const check = await rail.provider.checkAddress(address, rail.assetId);
        expect(check, JSON.stringify(address)).toEqual({ ok: false, why: expect.stringMatching(/\w/) });
      }
    });

    it('estimates a fee that is not negative, for a time that ends', async () => {
      const rail = await begin();
      const before = rail.nowMs();
      const { feeMinor, feeAssetId, expiresAtMs } = await rail.provider.getEstimate(rail.order('a-1'));
      expect(feeMinor >= 0n, `the fee is ${feeMinor}`).toBe(true);
      expect(feeAssetId).toMatch(/^[a-z]+:/);
      expect(expiresAtMs).toBeGreaterThan(before);
      expect(expiresAtMs).toBeLessThanOrEqual(rail.nowMs() + ESTIMATE_LIFETIME_MS_MAX);
      expect(rail.truth()).toEqual([]);
    });
  });
}

const ESTIMATE_LIFETIME_MS_MAX = 60 * 60 * 1000;
const PAGES_MAX = 100;

async function listAll(provider: PayoutProvider, from: string | null) {
  const records: ProviderRecord[] = [];
  let cursor = from;
  for (let pages = 1; pages <= PAGES_MAX; pages++) {
    const page = await provider.listSince(cursor);
    records.push(...page.records);
    cursor = page.cursor;
    if (!page.more) return { records, pages };
  }
  throw new Error(`The list did not end within ${PAGES_MAX} pages`);
}

function paidBy({ key, address, assetId, amountMinor }: PayoutOrder): Paid {
  return { key, address, assetId, amountMinor };
}
