/** Credit lots against a model that fits on a page: a list of lots, sorted by hand. */
import fc from 'fast-check';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { Refusal } from '../../../core/errors/refusal.ts';
import { brokenInvariants } from '../../../core/ledger/invariants.ts';
import { creditAccount, mintLots } from '../../../core/ledger/lots.ts';
import { reverseTransaction } from '../../../core/ledger/reversal.ts';
import { expireLots, spendCredits } from '../../../core/ledger/spending.ts';
import { forEachStore } from '../../support/stores.ts';
import { type Bookkeeper, bookkeeper, CREATOR } from './bookkeeper.ts';

const SEED = 20_260_105;

type Command =
  | { readonly do: 'mint'; readonly amount: number; readonly lastsMs: number | null; readonly pool: string }
  | { readonly do: 'spend'; readonly amount: number; readonly pool: string }
  | { readonly do: 'return'; readonly which: number }
  | { readonly do: 'expire' }
  | { readonly do: 'wait'; readonly ms: number };

const pool = fc.constantFrom('', 'fees', 'boosts');
const commands = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constant('mint' as const),
        amount: fc.integer({ min: 1, max: 60 }),
        lastsMs: fc.option(fc.integer({ min: 1, max: 20 })),
        pool,
      }),
    },
    {
      weight: 6,
      arbitrary: fc.record({ do: fc.constant('spend' as const), amount: fc.integer({ min: 1, max: 80 }), pool }),
    },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('return' as const), which: fc.nat(30) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('expire' as const) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 8 }) }) },
  ),
  { minLength: 1, maxLength: 40 },
);

interface ModelLot {
  readonly pool: string;
  readonly expiresAtMs: number;
  left: number;
}

class Model {
  readonly lots: ModelLot[] = [];
  readonly spends: { taken: [ModelLot, number][]; returned: boolean }[] = [];

  /** False where it is refused. */
  spend(amount: number, spentIn: string, nowMs: number): boolean {
    const usable = this.lots
      .filter((lot) => lot.left > 0 && lot.expiresAtMs > nowMs && (lot.pool === '' || lot.pool === spentIn))
      .sort((a, b) =>
        a.expiresAtMs === b.expiresAtMs ? this.lots.indexOf(a) - this.lots.indexOf(b) : a.expiresAtMs - b.expiresAtMs,
      );
    if (usable.reduce((sum, lot) => sum + lot.left, 0) < amount) return false;
    const taken: [ModelLot, number][] = [];
    let open = amount;
    for (const lot of usable) {
      const part = Math.min(open, lot.left);
      if (part === 0) break;
      lot.left -= part;
      open -= part;
      taken.push([lot, part]);
    }
    this.spends.push({ taken, returned: false });
    return true;
  }

  giveBack(which: number): boolean {
    const spend = this.spends[which];
    if (!spend || spend.returned) return false;
    for (const [lot, part] of spend.taken) lot.left += part;
    spend.returned = true;
    return true;
  }

  expire(nowMs: number): void {
    for (const lot of this.lots) if (lot.expiresAtMs <= nowMs) lot.left = 0;
  }
}

/** False where it was refused; anything else that goes wrong is thrown. */
async function accepted(call: Promise<unknown>): Promise<boolean> {
  try {
    await call;
    return true;
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}

async function run(books: Bookkeeper, model: Model, spendIds: bigint[], command: Command, key: string): Promise<void> {
  const nowMs = books.clock.nowMs();
  switch (command.do) {
    case 'mint': {
      const expiresAtMs = command.lastsMs === null ? undefined : nowMs + command.lastsMs;
      await books.do((work) =>
        mintLots(work, [
          {
            key,
            payeeId: CREATOR,
            amountMinor: BigInt(command.amount),
            source: 'test',
            pool: command.pool,
            ...(expiresAtMs ? { expiresAtMs } : {}),
          },
        ]),
      );
      model.lots.push({
        pool: command.pool,
        expiresAtMs: expiresAtMs ?? Number.POSITIVE_INFINITY,
        left: command.amount,
      });
      return;
    }
    case 'spend': {
      const spent = books.do(async (work) => {
        const { transactionId } = await spendCredits(work, {
          key,
          payeeId: CREATOR,
          amountMinor: BigInt(command.amount),
          reference: 'charge',
          pool: command.pool,
        });
        return transactionId;
      });
      const done = await accepted(spent);
      expect(done).toBe(model.spend(command.amount, command.pool, nowMs));
      if (done) spendIds.push(await spent);
      return;
    }
    case 'return': {
      const which = spendIds.length === 0 ? 0 : command.which % spendIds.length;
      const done = await accepted(
        books.do((work) => reverseTransaction(work, spendIds[which] ?? 999_999n, 'Returned.')),
      );
      expect(done).toBe(model.giveBack(which));
      return;
    }
    case 'expire':
      await books.do((work) => expireLots(work));
      model.expire(nowMs);
      return;
    case 'wait':
      books.clock.advance(command.ms);
  }
}

forEachStore((name, open) => {
  it(`does with lots what the model does (seed ${SEED})`, async () => {
    let round = 0;
    await fc.assert(
      fc.asyncProperty(commands, async (list) => {
        round += 1;
        const books = await bookkeeper(await open(), `lots-${round}`);
        const model = new Model();
        const spendIds: bigint[] = [];
        for (const [index, command] of list.entries()) {
          await run(books, model, spendIds, command, `k${index}`);
          const rows = await books.writer.rows<{ remaining_minor: bigint }>(
            sql`select remaining_minor from credit_lots order by id`,
          );
          expect(rows.map((row) => Number(row.remaining_minor))).toEqual(model.lots.map((lot) => lot.left));
          expect(Number(await books.balance(creditAccount(CREATOR)))).toBe(
            model.lots.reduce((sum, lot) => sum + lot.left, 0),
          );
        }
        expect(await brokenInvariants(books.writer)).toEqual([]);
      }),
      { numRuns: name === 'sqlite' ? 40 : 10, seed: SEED },
    );
  });
});
