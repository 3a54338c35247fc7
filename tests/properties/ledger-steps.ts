/** Steps in the books beside payouts: funds, fees, holds, credits, exchange, corrections. */
import fc from 'fast-check';
import { sql } from 'kysely';
import type { HoldId, PayeeId } from '../../core/ids/ids.ts';
import { adjustAccount } from '../../core/ledger/adjustments.ts';
import { postFees } from '../../core/ledger/fees.ts';
import { fundTreasury } from '../../core/ledger/funding.ts';
import { exchangeOwed, recordQuote } from '../../core/ledger/fx.ts';
import { closeHold, openHold } from '../../core/ledger/holds.ts';
import { mintLots } from '../../core/ledger/lots.ts';
import { rebuildBalances } from '../../core/ledger/rebuild.ts';
import { reverseTransaction } from '../../core/ledger/reversal.ts';
import { expireLots, spendCredits } from '../../core/ledger/spending.ts';
import { assetId } from '../../core/money/assets.ts';
import * as ledger from './model/ledger.ts';
import { amount, asset, payee, person, pick, place } from './payout-steps.ts';
import { Step } from './step.ts';
import type { World } from './world.ts';

const HOUR = 60 * 60 * 1000;
const reason = 'a step of a simulation';
/** A new one, or one of the few used before. */
const key = fc.oneof({ weight: 4, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.nat({ max: 3 }) });
const keyed = (known: number | null, now: number) => `k${known ?? now}`;

const fund = fc.record({ by: person, asset, amount: fc.constantFrom(20_000n, 100_000n, 1_000_000n), key }).map(
  (terms) =>
    new Step('fund', terms, (m, w) => {
      const idempotencyKey = keyed(terms.key, m.now);
      return {
        expected: ledger.fund(m, idempotencyKey, terms.asset, terms.amount),
        act: () =>
          w.as(terms.by, 'treasury.fund', (work) =>
            fundTreasury(work, { assetId: assetId(terms.asset), amountMinor: terms.amount, idempotencyKey }),
          ),
      };
    }),
);

const fee = fc.record({ by: person, asset, key }).map(
  (terms) =>
    new Step('fee', terms, (m, w) => {
      const name = keyed(terms.key, m.now);
      return {
        expected: ledger.fee(m, name, terms.asset, 25n),
        act: () =>
          w.as(terms.by, 'fees', async (work) => {
            await postFees(work, [
              { key: name, assetId: assetId(terms.asset), amountMinor: 25n, effectiveAtMs: m.now },
            ]);
            work.audit({ action: 'fees', subject: 'ledger' });
          }),
      };
    }),
);

const openAHold = fc
  .record({ by: person, payee, asset, amount, again: fc.constantFrom(false, false, false, true) })
  .map(
    (terms) =>
      new Step('hold', terms, (m, w) => {
        const index = terms.again && m.holds.length > 0 ? m.holds.length - 1 : m.holds.length;
        const { payeeId } = w.payee(terms.payee);
        return {
          expected: ledger.openHold(m, index, { payee: terms.payee, asset: terms.asset, amount: terms.amount }),
          act: () =>
            w.as(terms.by, 'hold.open', (work) =>
              openHold(work, {
                holdId: holdId(index),
                payeeId,
                assetId: assetId(terms.asset),
                amountMinor: terms.amount,
              }),
            ),
        };
      }),
  );

const holdId = (index: number) => `hld_${String(index).padStart(25, '0')}` as HoldId;

const endAHold = fc
  .record({ by: person, hold: place, end: fc.constantFrom('release' as const, 'cancel' as const) })
  .map(
    (terms) =>
      new Step('end a hold', terms, (m, w) => {
        if (m.holds.length === 0 && terms.hold % 8 !== 7) return null;
        const index = m.holds.length === 0 ? 0 : terms.hold % m.holds.length;
        return {
          expected: ledger.closeHold(m, index, terms.end),
          act: () => w.as(terms.by, 'hold.close', (work) => closeHold(work, holdId(index), terms.end)),
        };
      }),
  );

const pool = fc.constantFrom('', '', 'ads');

const mint = fc.record({ by: person, payee, amount, pool, lastsHours: fc.constantFrom(null, 2, 2, 40, -1), key }).map(
  (terms) =>
    new Step('mint', terms, (m, w) => {
      const name = keyed(terms.key, m.now);
      const expires = terms.lastsHours === null ? null : m.now + terms.lastsHours * HOUR;
      return {
        expected: ledger.mint(m, { key: name, payee: terms.payee, amount: terms.amount, pool: terms.pool, expires }),
        act: () =>
          w.as(terms.by, 'credits.mint', (work) =>
            mintLots(work, [
              {
                key: name,
                payeeId: w.payee(terms.payee).payeeId,
                amountMinor: terms.amount,
                source: 'campaign:simulated',
                pool: terms.pool,
                ...(expires === null ? {} : { expiresAtMs: expires }),
              },
            ]),
          ),
      };
    }),
);

const small = fc.constantFrom(1n, 99n, 300n, 1_000n, 2_500n, 50_000n);

const spend = fc.record({ by: person, payee, amount: small, pool, key }).map(
  (terms) =>
    new Step('spend', terms, (m, w) => {
      const name = keyed(terms.key, m.now);
      return {
        expected: ledger.spend(m, name, terms.payee, terms.amount, terms.pool),
        act: () =>
          w.as(terms.by, 'credits.spend', (work) =>
            spendCredits(work, {
              key: name,
              payeeId: w.payee(terms.payee).payeeId as PayeeId,
              amountMinor: terms.amount,
              reference: 'charge:simulated',
              pool: terms.pool,
            }),
          ),
      };
    }),
);

const returnASpend = fc.record({ by: person, spend: place }).map(
  (terms) =>
    new Step('return a spend', terms, (m, w) => {
      const one = pick(m.spends, terms.spend);
      if (!one) return null;
      return {
        expected: ledger.returnSpend(m, m.spends.indexOf(one)),
        act: () => reverseByKey(w, terms.by, `spend:${w.realKey(one.key)}`),
      };
    }),
);

const takeBackAMint = fc.record({ by: person, lot: place }).map(
  (terms) =>
    new Step('take a mint back', terms, (m, w) => {
      const lot = pick(m.lots, terms.lot);
      if (!lot) return null;
      return {
        expected: ledger.reverseMint(m, m.lots.indexOf(lot)),
        act: () => reverseByKey(w, terms.by, `mint:${w.realKey(lot.key)}`),
      };
    }),
);

const expire = person.map(
  (by) =>
    new Step('expire credits', { by }, (m, w) => ({
      expected: ledger.expire(m),
      act: () => w.as(by, 'credits.expire', (work) => expireLots(work)),
    })),
);

const quote = fc
  .record({ by: person, ratio: fc.constantFrom([9n, 10n], [1n, 1_000n], [3n, 2n]), back: fc.boolean() })
  .map(
    (terms) =>
      new Step('quote', terms, (m, w) => {
        const [from, to] = terms.back ? (['iso:EUR', 'iso:USD'] as const) : (['iso:USD', 'iso:EUR'] as const);
        const [numerator = 1n, denominator = 1n] = terms.ratio;
        const expires = m.now + HOUR;
        m.quotes.push({ from, to, numerator, denominator, expires });
        return {
          expected: 'ok',
          act: async () => {
            const { id } = await w.as(terms.by, 'fx.quote', (work) =>
              recordQuote(work, {
                fromAssetId: assetId(from),
                toAssetId: assetId(to),
                rateNumerator: numerator,
                rateDenominator: denominator,
                source: 'simulated',
                quotedAtMs: m.now,
                expiresAtMs: expires,
              }),
            );
            w.quotes.push(id);
          },
        };
      }),
  );

const exchange = fc
  .record({
    by: person,
    payee,
    from: asset,
    to: asset,
    amount,
    quote: place,
    asQuoted: fc.constantFrom(true, true, false),
    key,
  })
  .map(
    (terms) =>
      new Step('exchange', terms, (m, w) => {
        const chosen = m.quotes.length === 0 ? 0 : terms.quote % (m.quotes.length + 1);
        const idempotencyKey = keyed(terms.key, m.now);
        const { payee, amount } = terms;
        const { from, to } = terms.asQuoted ? (m.quotes[chosen] ?? terms) : terms;
        return {
          expected: ledger.exchange(m, { key: idempotencyKey, payee, from, to, amount, quote: chosen }),
          act: () =>
            w.as(terms.by, 'fx.exchange', (work) =>
              exchangeOwed(work, {
                payeeId: w.payee(payee).payeeId,
                fromAssetId: assetId(from),
                toAssetId: assetId(to),
                amountMinor: amount,
                quoteId: w.quotes[chosen] ?? null,
                idempotencyKey,
              }),
            ),
        };
      }),
  );

const adjust = fc.record({ by: person, payee, asset, amount: fc.constantFrom(-700n, 700n, 1_000n), key }).map(
  (terms) =>
    new Step('adjust', terms, (m, w) => {
      const idempotencyKey = keyed(terms.key, m.now);
      // An account is adjusted by its number, so there must be one.
      if (!m.books.balances.has(`payee:${terms.payee}||${terms.asset}`)) return null;
      return {
        expected: ledger.adjust(m, idempotencyKey, terms.payee, terms.asset, terms.amount),
        act: async () => {
          const accountId = await accountOf(w, terms.payee, terms.asset);
          await w.as(terms.by, 'ledger.adjust', (work) =>
            adjustAccount(work, {
              accountId,
              amountMinor: terms.amount,
              against: 'adjustments',
              reason,
              idempotencyKey,
            }),
          );
        },
      };
    }),
);

async function accountOf(w: World, payee: number, asset: string): Promise<bigint> {
  const [row] = await w.t.writer.rows<{ id: bigint }>(
    sql`select id from accounts where entity = ${`payee:${w.payee(payee).payeeId}`} and asset_id = ${asset} and pool = ''`,
  );
  return row?.id ?? -1n;
}

const reverse = fc.record({ by: person, transaction: place }).map(
  (terms) =>
    new Step('reverse', terms, (m, w) => {
      const one = pick(m.plain, terms.transaction);
      if (!one) return null;
      return { expected: ledger.reverse(m, one), act: () => reverseByKey(w, terms.by, one.key) };
    }),
);

async function reverseByKey(w: World, by: number, key: string): Promise<void> {
  const [row] = await w.t.writer.rows<{ id: bigint }>(sql`select id from ledger_transactions where key = ${key}`);
  await w.as(by, 'ledger.reverse', (work) => reverseTransaction(work, row?.id ?? -1n, reason));
}

const rebuild = person.map(
  (by) =>
    new Step('rebuild balances', { by }, (_, w) => ({
      expected: 'ok',
      act: async () => {
        const { corrected } = await w.as(by, 'ledger.rebuild', (work) => rebuildBalances(work));
        if (corrected.length > 0) throw new Error(`${corrected.length} balances were not what their entries say`);
      },
    })),
);

export const fundSteps = [{ weight: 5, arbitrary: fund }];

export const ledgerSteps = [
  ...fundSteps,
  { weight: 1, arbitrary: fee },
  { weight: 3, arbitrary: openAHold },
  { weight: 3, arbitrary: endAHold },
  { weight: 4, arbitrary: mint },
  { weight: 4, arbitrary: spend },
  { weight: 2, arbitrary: returnASpend },
  { weight: 1, arbitrary: takeBackAMint },
  { weight: 2, arbitrary: expire },
  { weight: 2, arbitrary: quote },
  { weight: 4, arbitrary: exchange },
  { weight: 2, arbitrary: adjust },
  { weight: 2, arbitrary: reverse },
  { weight: 1, arbitrary: rebuild },
];
