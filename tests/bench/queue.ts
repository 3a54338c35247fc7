/**
 * The approval queue with 100,000 open payouts: each kind of question asked many times, with other
 * words and places each time. What is measured is the slowest in twenty; beside it stands what the
 * bare statement takes that finds the same rows and nothing around them.
 */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { type RawBuilder, sql } from 'kysely';
import { countWaitingFor } from '../../core/approvals/queue/page.ts';
import { approvalQueue, queueCounts } from '../../core/approvals/queue/questions.ts';
import type { QueueFilter, QueueOrder } from '../../core/contract/queue.ts';
import { createPayees } from '../../core/payees/bulk.ts';
import { confirmInSandbox } from '../../core/payees/confirm.ts';
import { requestPayouts } from '../../core/payouts/request.ts';
import type { Writer } from '../../core/store/tx.ts';
import { migrate } from '../../main/store/migrate.ts';
import { openDatabase } from '../../main/store/sqlite/database.ts';
import { sqliteWriteStore } from '../../main/store/sqlite/store.ts';
import { migrations } from '../../migrations/index.ts';
import { EUR, type Person, type TestTreasury, testTreasury, USD } from '../support/treasury.ts';
import { type Benchmark, secondsOf } from './benchmark.ts';

const LIMIT_MS = 50;
const PAGE = 100;
const ROUNDS = 40;
const BATCH = 5_000;

export const queue100k: Benchmark = {
  name: 'queue.100k',
  work: 'the approval queue with 100,000 open payouts: the slowest in twenty of its pages, filters, orders and searches',
  peerName: 'the limit of 50 ms',
  unit: 'ms',
  goal: { ratio: 1, better: 'less' },
  async run({ quick, folder }) {
    const rows = quick ? 10_000 : 100_000;
    const database = openDatabase({ file: join(folder, 'queue.vault'), dataKey: randomBytes(32), mode: 'create' });
    const store = sqliteWriteStore(database);
    try {
      await migrate(store, migrations, { nowMs: Date.now(), beforeChangingRecords: async () => undefined });
      const { t, ben } = await fullQueue(store, rows);
      let slowest = 0;
      for (const question of questionsOf(t, ben, rows)) {
        const ours = await slowestInTwenty((round) => question.ask(round));
        const bare = await slowestInTwenty(async (round) => store.rows(question.bare(round)));
        process.stderr.write(`  ${question.name.padEnd(34)} ${ours.toFixed(1)} ms, bare ${bare.toFixed(1)} ms\n`);
        slowest = Math.max(slowest, ours);
      }
      return { ours: slowest, peer: LIMIT_MS };
    } finally {
      await store.close();
    }
  },
};

/** Ada asks for all of them; Ben approves, and has approved none. */
async function fullQueue(store: Writer, rows: number): Promise<{ t: TestTreasury; ben: Person }> {
  const t = await testTreasury(store);
  const ben = await t.addPerson('Ben', ['approver']);
  const cleo = await t.addPerson('Cleo', ['approver', 'operator']);
  const payees = await t.as(t.ada.actor, async (work) => {
    const created = await createPayees(
      work,
      Array.from({ length: rows / 10 }, (_, index) => ({
        reference: `P-${index}`,
        name: `${NAMES[index % NAMES.length]} ${SURNAMES[index % SURNAMES.length]} ${index}`,
        destination: { rail: 'simulated' as const, address: `sim:person-number-${index}` },
      })),
    );
    await confirmInSandbox(
      work,
      created.flatMap(({ destinations }) => destinations.map(({ id }) => id)),
    );
    return created;
  });
  for (let from = 0; from < rows; from += BATCH) {
    const requests = Array.from({ length: BATCH }, (_, offset) => {
      const index = from + offset;
      const payee = payees[index % payees.length];
      const destination = payee?.destinations[0];
      if (!payee || !destination) throw new Error('A payee of the benchmark has no destination');
      return {
        reference: `RUN-${2_000 + (index % 40)}-${String(index).padStart(6, '0')}`,
        payeeId: payee.id,
        destinationId: destination.id,
        assetId: index % 7 === 0 ? EUR : USD,
        amountMinor: BigInt(1_000 + ((index * 7_919) % 900_000)),
        idempotencyKey: `bench:${index}`,
        ...(index % 3 === 0 ? { dueAtMs: t.clock.nowMs() + index * 1_000 } : {}),
      };
    });
    const asker = from === 0 ? cleo : t.ada;
    await t.as(asker.actor, async (work) => {
      await requestPayouts(work, requests, () => undefined);
      work.audit({ action: 'payouts.import', subject: 'import:bench' });
    });
    t.clock.advance(1_000);
  }
  return { t, ben };
}

const NAMES = ['Ana', 'Boris', 'Chloé', 'Dmitri', 'Esra', 'Fatima', 'Goran', 'Hana', 'Ivo', 'Jun', 'Käthe'];
const SURNAMES = ['Abdi', 'Brandt', 'Costa', 'Dubois', 'Eriksen', 'Ferrari', 'García', 'Haddad', 'Ito'];

interface Question {
  readonly name: string;
  ask(round: number): Promise<unknown>;
  bare(round: number): RawBuilder<unknown>;
}

function questionsOf(t: TestTreasury, ben: Person, rows: number): readonly Question[] {
  const { writer } = t.treasury;
  const onlooker = { id: ben.staff.id as string, nowMs: t.clock.nowMs() };
  const cursors: string[] = [];
  const page = (
    name: string,
    question: (round: number) => QueueFilter & QueueOrder,
    where: (round: number) => RawBuilder<unknown>,
    who: { readonly id: string; readonly nowMs: number } = onlooker,
  ): Question => ({
    name,
    ask: (round) => approvalQueue(writer, who, question(round), { cursor: undefined, limit: PAGE }),
    bare: (round) => sql`select p.* from payouts p join payees y on y.id = p.payee_id
      where p.status = 'pending' and ${where(round)} limit ${BigInt(PAGE)}`,
  });
  const any = sql`1 = 1`;
  const indexOf = (round: number) => (round * 2_477) % rows;
  return [
    page(
      'first page',
      () => ({}),
      () => sql`1 = 1 order by p.created_at_ms, p.id`,
    ),
    {
      name: 'page after page',
      ask: async (round) => {
        const cursor = cursors[round - 1];
        const { nextCursor } = await approvalQueue(writer, onlooker, {}, { cursor, limit: PAGE });
        if (nextCursor) cursors[round] = nextCursor;
      },
      bare: (round) => sql`select p.* from payouts p where p.status = 'pending' order by p.created_at_ms, p.id
        limit ${BigInt(PAGE)} offset ${BigInt(PAGE * round)}`,
    },
    page(
      'by amount, largest first',
      () => ({ sort: 'amount', order: 'desc' }),
      () => sql`1 = 1 order by p.amount_minor desc`,
    ),
    page(
      'by payee',
      () => ({ sort: 'payee' }),
      () => sql`1 = 1 order by y.name`,
    ),
    page(
      'by due date',
      () => ({ sort: 'due' }),
      () => sql`1 = 1 order by p.due_at_ms`,
    ),
    page(
      'by expiry',
      () => ({ sort: 'expiry' }),
      () => any,
    ),
    page(
      'in one asset',
      () => ({ assetId: EUR }),
      () => sql`p.asset_id = ${EUR} order by p.created_at_ms`,
    ),
    page(
      'within amounts',
      (round) => ({ assetId: USD, fromMinor: String(100_000 + round), toMinor: String(110_000 + round * 1_000) }),
      (round) => sql`p.amount_minor between ${BigInt(100_000 + round)} and ${BigInt(110_000 + round * 1_000)}`,
    ),
    page(
      'few in an asset within amounts',
      (round) => ({
        assetId: EUR,
        fromMinor: String(500_000 + round),
        toMinor: String(500_500 + round),
        sort: 'payee',
      }),
      (round) => sql`p.amount_minor between ${BigInt(500_000 + round)} and ${BigInt(500_500 + round)} order by y.name`,
    ),
    page(
      'the end of a reference',
      (round) => ({ q: String(indexOf(round)).padStart(6, '0') }),
      (round) => sql`p.reference like ${`%${String(indexOf(round)).padStart(6, '0')}%`}`,
    ),
    page(
      'the beginning of a name',
      (round) => ({ q: (SURNAMES[round % SURNAMES.length] ?? '').slice(0, 4) }),
      (round) => sql`lower(y.name) like ${`%${(SURNAMES[round % SURNAMES.length] ?? '').slice(0, 4).toLowerCase()}%`}`,
    ),
    page(
      'a name and a number, by amount',
      (round) => ({ q: `${NAMES[round % NAMES.length]} ${indexOf(round) % (rows / 10)}`, sort: 'amount' }),
      (round) => sql`y.name like ${`%${indexOf(round) % (rows / 10)}%`} order by p.amount_minor`,
    ),
    page(
      'what is in no payout',
      () => ({ q: 'zzz' }),
      () => sql`p.reference like '%zzz%'`,
    ),
    page(
      'for whoever asked for them all',
      () => ({}),
      () => any,
      { ...onlooker, id: t.ada.staff.id },
    ),
    page(
      'what others are asked for',
      () => ({ show: 'others' }),
      () => any,
      { ...onlooker, id: t.ada.staff.id },
    ),
    {
      name: 'counts by filter',
      ask: () => queueCounts(writer, onlooker, {}),
      bare: () => sql`select asset_id, rail, count(*) from payouts where status = 'pending' group by asset_id, rail`,
    },
    {
      name: 'how many wait for me',
      ask: () => countWaitingFor(writer, onlooker),
      bare: () => sql`select count(*) from payouts where status = 'pending'`,
    },
  ];
}

async function slowestInTwenty(ask: (round: number) => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1)
    times.push((await secondsOf(async () => void (await ask(round)))) * 1_000);
  times.sort((a, b) => a - b);
  return times[Math.ceil(times.length * 0.95) - 1] ?? 0;
}
