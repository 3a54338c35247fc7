/**
 * What people and jobs do, one flow each, written so that it can be begun again wherever it was
 * cut short. `before` brings the payout of the stage to where the flow begins.
 */
import { sql } from 'kysely';
import type { ActTerms } from '../../core/contract/acts.ts';
import type { HoldId } from '../../core/ids/ids.ts';
import { adjustAccount } from '../../core/ledger/adjustments.ts';
import { exchangeOwed, recordQuote } from '../../core/ledger/fx.ts';
import { closeHold, openHold } from '../../core/ledger/holds.ts';
import { mintLots } from '../../core/ledger/lots.ts';
import { reverseTransaction } from '../../core/ledger/reversal.ts';
import { expireLots, spendCredits } from '../../core/ledger/spending.ts';
import { assetId } from '../../core/money/assets.ts';
import { fenceStatus, recordComparison } from '../../core/payouts/fence.ts';
import { freeze } from '../../core/payouts/freezes.ts';
import { checkRows } from '../../core/payouts/import/check.ts';
import { commitImport } from '../../core/payouts/import/commit.ts';
import { readGiven } from '../../core/payouts/import/read-row.ts';
import { cancelPayout, editPayout, quarantinePayout, retryPayout } from '../../core/payouts/life.ts';
import { requestPayout } from '../../core/payouts/request.ts';
import { simulatedAddresses } from '../../core/rails/address.ts';
import { createStatement, deleteStatement } from '../../core/statements/statements.ts';
import { CALENDAR_FLOWS } from './calendar-flows.ts';
import type { RailManner } from './file-rail.ts';
import { type Stage, USD } from './flow-stage.ts';

export interface Flow {
  readonly manner?: RailManner;
  readonly before?: (stage: Stage) => Promise<unknown>;
  readonly act: (stage: Stage) => Promise<unknown>;
}

const EUR = assetId('iso:EUR');
const reason = 'a flow';
const HOLD = `hld_${'0'.repeat(25)}` as HoldId;
const onwards = () => Promise.resolve();

const approved = (stage: Stage) => stage.approve('Ben');
const paid = async (stage: Stage) => {
  await approved(stage);
  await stage.drive();
};
const quarantined = async (stage: Stage) => {
  await approved(stage);
  const { id } = await stage.base();
  await stage.as('Ada', (work) => quarantinePayout(work, { id, reason }));
};

/** Pays until nothing is in flight. */
const pay = async (stage: Stage) => {
  for (let round = 0; round < 4; round++) {
    await stage.drive();
    if ((await stage.base()).status !== 'processing') break;
  }
};
const paying = (manner: RailManner): Flow => ({ manner, before: approved, act: pay });

const resolving = (to: 'completed' | 'failed' | 'approved' | 'cancelled'): Flow => ({
  before: quarantined,
  async act(stage) {
    const { id, status, version } = await stage.base();
    if (status !== 'quarantined') return;
    await stage.signByTwo({
      kind: 'resolution',
      payoutId: id,
      payoutVersion: Number(version),
      to,
      reason,
      evidence: 'a letter',
    });
  },
});

const requestOf = ({ payee }: Stage) => ({
  payeeId: payee.id,
  destinationId: payee.destinations[0]?.id ?? '',
  assetId: USD,
  amountMinor: 4_000n,
});

const statementOf = ({ payee }: Stage) => ({
  reference: 'S1',
  payeeId: payee.id,
  periodFrom: '2026-01-01',
  periodTo: '2026-01-31',
  assetId: USD,
  lines: [{ description: 'Plays', amountMinor: 9_000n }],
});

async function idBy(stage: Stage, query: ReturnType<typeof sql<{ id: string }>>): Promise<string | undefined> {
  return (await stage.treasury.writer.rows(query))[0]?.id;
}

const mint = (stage: Stage, key: string, lastsMs: number) =>
  stage.as('Ada', async (work) => {
    const known = await work.tx.rows(sql`select 1 from ledger_transactions where key = ${`mint:${key}`}`);
    if (known.length > 0) return work.audit({ action: 'flow', subject: 'ledger' });
    const expiresAtMs = work.nowMs + lastsMs;
    const lot = { key, payeeId: stage.payee.id, amountMinor: 900n, source: 'campaign:x', expiresAtMs };
    await mintLots(work, [lot]);
  });

async function reverseOnce(stage: Stage, key: string): Promise<void> {
  const [row] = await stage.treasury.writer.rows<{ id: bigint }>(
    sql`select id from ledger_transactions where key = ${key}`,
  );
  await stage.as('Ada', (work) => reverseTransaction(work, row?.id ?? -1n, reason), 'ledger.not_reversible');
}

export const FLOWS: Readonly<Record<string, Flow>> = {
  ...CALENDAR_FLOWS,
  request: {
    act: (stage) =>
      stage.as('Ada', (work) =>
        requestPayout(work, { ...requestOf(stage), reference: 'second', idempotencyKey: 'second' }),
      ),
  },
  'request of a statement': {
    async act(stage) {
      await stage.as('Ada', (work) => createStatement(work, statementOf(stage)), 'statement.reference_taken');
      const statementId = await idBy(stage, sql`select id from statements where reference = 'S1'`);
      const request = { ...requestOf(stage), statementId, reference: 'of S1', idempotencyKey: 'of S1' };
      await stage.as('Ada', (work) => requestPayout(work, request));
    },
  },
  'deletion of a statement': {
    before: (stage) => stage.as('Ada', (work) => createStatement(work, statementOf(stage))),
    async act(stage) {
      const id = (await idBy(stage, sql`select id from statements where reference = 'S1'`)) ?? '';
      await stage.as('Ada', (work) => deleteStatement(work, { id, reason }), 'statement.unknown');
    },
  },
  edit: {
    async act(stage) {
      const { id } = await stage.base();
      await stage.as('Ada', (work) => editPayout(work, { id, version: 1, amountMinor: 20_000n }), 'payout.stale');
    },
  },
  approval: { act: approved },
  cancellation: {
    before: approved,
    async act(stage) {
      const { id } = await stage.base();
      await stage.as('Ada', (work) => cancelPayout(work, { id, reason }), 'payout.stale');
    },
  },
  retry: {
    manner: 'fails',
    before: paid,
    async act(stage) {
      const { id } = await stage.base();
      await stage.as('Ada', (work) => retryPayout(work, { id, reason }), 'payout.stale');
    },
  },
  'resolution as completed': resolving('completed'),
  'resolution as failed': resolving('failed'),
  'resolution as approved': resolving('approved'),
  'resolution as cancelled': resolving('cancelled'),
  'freeze and its lifting': {
    async act(stage) {
      const lifted = await idBy(stage, sql`select id from freezes where lifted_at_ms is not null`);
      if (lifted !== undefined) return;
      await stage.as('Ada', (work) => freeze(work, { scope: 'vault', target: '', reason }), 'freeze.exists');
      const freezeId = (await idBy(stage, sql`select id from freezes`)) ?? '';
      await stage.signByTwo({ kind: 'unfreeze', freezeId, reason });
    },
  },
  'comparison and the lifting of the fence': {
    before: (stage) =>
      stage.treasury.writer.transaction((tx) =>
        tx.run(sql`update vault set fenced_at_ms = 1, fence_reason = 'restored'`),
      ),
    async act(stage) {
      await stage.sync();
      const compare = async () => {
        await stage.as('Ben', (work) => recordComparison(work, { records: 0, quarantined: 0 }), 'fence.not_up');
      };
      if ((await fenceStatus(stage.treasury.writer)).comparedAtMs === null) await compare();
      const { fencedAtMs, comparedAtMs } = await fenceStatus(stage.treasury.writer);
      if (fencedAtMs === null || comparedAtMs === null) return;
      const terms: ActTerms = { kind: 'lift_fence', fencedAtMs, comparedAtMs, reason };
      await stage.signByTwo(terms);
    },
  },
  'payment that completes': paying('completes'),
  'payment that fails': paying('fails'),
  'payment with a strange answer': paying('says something strange'),
  'payment that is refused': paying('refuses'),
  'payment that is refused for now': { manner: 'refuses for now', before: approved, act: (stage) => stage.drive() },
  'payment whose answer is lost': paying('loses the answer'),
  'payment whose first request is lost': paying('loses the first request'),
  'sync that settles': { before: paid, act: (stage) => stage.sync() },
  'sync that answers': {
    manner: 'loses the answer',
    before: paid,
    act: (stage) => stage.sync(),
  },
  'import of two rows': {
    async act(stage) {
      const row = (line: number, reference: string) =>
        readGiven({ payee: 'dora', amount: '12.50', asset: 'USD', reference }, line);
      const rows = [row(1, 'first'), row(2, 'second')];
      const checkers = new Map([[simulatedAddresses.rail, simulatedAddresses]]);
      await stage.as(
        'Ada',
        async (work) => {
          const settings = { checkers, names: new Map(), createPayees: false, nowMs: work.nowMs };
          const { digest } = await checkRows(
            work.tx,
            { count: rows.length, rows: (from, to) => rows.slice(from, to) },
            settings,
            onwards,
          );
          const file = { name: 'two.csv', sha256: 'f'.repeat(64), format: 'csv' } as const;
          const order = {
            file,
            rows,
            reading: null,
            checkers,
            names: new Map(),
            createPayees: false,
            onlyGoodRows: false,
            insist: false,
            digest,
          };
          await commitImport(work, order, { checking: onwards, writing: onwards });
        },
        'import.duplicate_file',
      );
    },
  },
  'credits minted, spent and returned': {
    async act(stage) {
      await mint(stage, 'a', 3_600_000);
      await mint(stage, 'b', 7_200_000);
      const spend = { key: 's', payeeId: stage.payee.id, amountMinor: 1_200n, reference: 'charge:x' };
      await stage.as('Ada', (work) => spendCredits(work, spend));
      await reverseOnce(stage, 'spend:s');
    },
  },
  'credits that expire': {
    before: async (stage) => {
      await mint(stage, 'a', 1);
      await new Promise((resolve) => setTimeout(resolve, 5));
    },
    act: (stage) => stage.as('Ada', (work) => expireLots(work)),
  },
  'hold and its release': {
    async act(stage) {
      const hold = { holdId: HOLD, payeeId: stage.payee.id, assetId: USD, amountMinor: 700n };
      await stage.as('Ada', (work) => openHold(work, hold));
      await stage.as('Ada', (work) => closeHold(work, HOLD, 'release'), 'hold.closed');
    },
  },
  'exchange at a quote': {
    async act(stage) {
      const known = await idBy(stage, sql`select id from fx_quotes`);
      if (known === undefined) {
        await stage.as('Ada', (work) =>
          recordQuote(work, {
            fromAssetId: USD,
            toAssetId: EUR,
            rateNumerator: 9n,
            rateDenominator: 10n,
            source: 'a bank',
            quotedAtMs: work.nowMs - 1,
            expiresAtMs: work.nowMs + 3_600_000,
          }),
        );
      }
      const quoteId = (await idBy(stage, sql`select id from fx_quotes`)) ?? null;
      const exchange = { payeeId: stage.payee.id, fromAssetId: USD, toAssetId: EUR, amountMinor: 1_000n, quoteId };
      await stage.as('Ada', (work) => exchangeOwed(work, { ...exchange, idempotencyKey: 'once' }));
    },
  },
  'adjustment and its reversal': {
    async act(stage) {
      const [row] = await stage.treasury.writer.rows<{ id: bigint }>(
        sql`select id from accounts where entity = ${`payee:${stage.payee.id}`} and asset_id = 'iso:USD'`,
      );
      const adjustment = { accountId: row?.id ?? -1n, amountMinor: 500n, against: 'adjustments', reason } as const;
      await stage.as('Ada', (work) => adjustAccount(work, { ...adjustment, idempotencyKey: 'once' }));
      await reverseOnce(stage, 'adjustment:once');
    },
  },
};
