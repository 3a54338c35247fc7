/** What must hold after every step: the treasury is what the model says, and its books add up. */
import { sql } from 'kysely';
import { verifyChain } from '../../core/audit/verify.ts';
import { brokenInvariants } from '../../core/ledger/invariants.ts';
import type { ModelState } from './model/state.ts';
import type { World } from './world.ts';

export class Disagreement extends Error {
  override readonly name = 'Disagreement';
}

export async function agree(m: ModelState, w: World): Promise<void> {
  const differences = [
    ...(await payoutDifferences(m, w)),
    ...(await balanceDifferences(m, w)),
    ...(await otherDifferences(m, w)),
    ...(await campaignDifferences(m, w)),
    ...railDifferences(m, w),
    ...(await brokenInvariants(w.t.writer)),
  ];
  if (differences.length > 0) throw new Disagreement(differences.join('\n'));
}

/** What is too slow to ask after every step. */
export async function agreeAtTheEnd(w: World): Promise<void> {
  const proof = await verifyChain(w.t.writer);
  if (!proof.valid) throw new Disagreement(`The audit chain is broken: ${proof.problem}`);
}

function compare(what: string, expected: readonly string[], found: readonly string[]): string[] {
  const differences: string[] = [];
  for (let place = 0; place < Math.max(expected.length, found.length); place++) {
    const [a, b] = [expected[place] ?? 'nothing', found[place] ?? 'nothing'];
    if (a !== b) differences.push(`${what} ${place}: the model says ${a}, the treasury ${b}`);
  }
  return differences;
}

interface PayoutRow {
  readonly id: string;
  readonly text: string;
}

async function payoutDifferences(m: ModelState, w: World): Promise<string[]> {
  const settled = sql.raw("case when p.settled_at_ms is null then 'unsettled' else 'settled' end");
  const rows = await w.t.writer.rows<PayoutRow>(sql`
    select p.id, p.status || '<' || coalesce(p.status_before, '') || ' v' || cast(p.version as text) || ' r' || cast(p.revision as text)
      || ' c' || cast(p.cycle as text) || ' f' || cast(p.attempts as text) || ' ' || ${settled}
      || ' ' || cast(p.amount_minor as text) || ' ' || p.asset_id || ' due ' || coalesce(cast(p.due_at_ms as text), '-')
      || ' ' || p.reference || ' ' || coalesce(p.statement_id, '-') as text
    from payouts p`);
  const textOf = new Map(rows.map(({ id, text }) => [id, text]));
  const attempts = await w.t.writer.rows<{ payout_id: string; number: bigint; status: string }>(
    sql`select payout_id, number, status from payout_attempts order by payout_id, number`,
  );
  const attemptsOf = Map.groupBy(attempts, ({ payout_id }) => payout_id);
  const expected = m.payouts.map((one) => {
    const settledWord = one.settled ? 'settled' : 'unsettled';
    const statement = one.statement === null ? '-' : w.idOf('statements', one.statement);
    const tries = one.attempts.map(({ number, status }) => `${number} ${status}`).join(', ');
    return `${one.status}<${one.before ?? ''} v${one.version} r${one.revision} c${one.cycle} f${one.failures} ${settledWord} ${one.amount} ${one.asset} due ${one.due ?? '-'} ${one.reference} ${statement} [${tries}]`;
  });
  const found = w.payouts.map((id) => {
    const tries = (attemptsOf.get(id) ?? []).map(({ number, status }) => `${number} ${status}`).join(', ');
    return `${textOf.get(id)} [${tries}]`;
  });
  const extra = rows.length === m.payouts.length ? [] : [`There are ${rows.length} payouts, not ${m.payouts.length}`];
  return [...extra, ...compare('payout', expected, found)];
}

async function balanceDifferences(m: ModelState, w: World): Promise<string[]> {
  const rows = await w.t.writer.rows<{ entity: string; pool: string; asset_id: string; balance_minor: bigint }>(sql`
    select a.entity, a.pool, a.asset_id, b.balance_minor from accounts a join account_balances b on b.account_id = a.id
    where b.balance_minor <> 0`);
  const placeOf = new Map<string, string>([
    ...w.t.payees.map(({ id }, place) => [`payee:${id}`, `payee:${place}`] as const),
    ...w.campaigns.map((id, place) => [`campaign:${id}`, `campaign:${place}`] as const),
  ]);
  const found = new Map(
    rows.map(({ entity, pool, asset_id, balance_minor }) => [
      `${placeOf.get(entity) ?? entity}|${pool}|${asset_id}`,
      balance_minor,
    ]),
  );
  const accounts = new Set([...found.keys(), ...m.books.balances.keys()]);
  return [...accounts].flatMap((account) => {
    const [expected, kept] = [m.books.of(account), found.get(account) ?? 0n];
    return expected === kept ? [] : [`${account}: the model says ${expected}, the treasury ${kept}`];
  });
}

async function otherDifferences(m: ModelState, w: World): Promise<string[]> {
  const lots = await w.t.writer.rows<{ remaining_minor: bigint }>(
    sql`select remaining_minor from credit_lots order by id`,
  );
  const versions = await w.t.writer.rows<{ asset_id: string; version: bigint }>(
    sql`select asset_id, version from treasury_state where version > 0 order by asset_id`,
  );
  const records = await w.t.writer.rows<{ event_id: string; outcome: string | null }>(
    sql`select event_id, outcome from provider_events order by event_id`,
  );
  const expectedVersions = [...m.treasuryVersions].sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    ...compare(
      'lot',
      m.lots.map(({ remaining }) => `${remaining}`),
      lots.map((lot) => `${lot.remaining_minor}`),
    ),
    ...compare(
      'treasury version',
      expectedVersions.map(([asset, version]) => `${asset} ${version}`),
      versions.map(({ asset_id, version }) => `${asset_id} ${version}`),
    ),
    ...compare(
      'provider record',
      m.records.filter(({ stored }) => stored).map(({ outcome }) => outcome),
      records.map(({ outcome }) => outcome ?? 'none'),
    ),
  ];
}

async function campaignDifferences(m: ModelState, w: World): Promise<string[]> {
  const campaigns = await w.t.writer.rows<{ id: string; status: string; spent_minor: bigint; grants: bigint }>(
    sql`select id, status, spent_minor, grants from campaigns`,
  );
  const charges = await w.t.writer.rows<{ id: string; paid_minor: bigint }>(sql`select id, paid_minor from charges`);
  const campaignOf = new Map(campaigns.map((row) => [row.id, `${row.status} ${row.spent_minor} ${row.grants}`]));
  const paidOf = new Map(charges.map((row) => [row.id, `${row.paid_minor}`]));
  return [
    ...compare(
      'campaign',
      m.campaigns.map(({ status, spent, granted }) => `${status} ${spent} ${granted.size}`),
      w.campaigns.map((id) => campaignOf.get(id) ?? 'none'),
    ),
    ...compare(
      'charge',
      m.charges.map(({ paid }) => `${paid}`),
      w.charges.map((id) => paidOf.get(id) ?? 'none'),
    ),
  ];
}

/** The provider's truth is what the model thinks it is, and no order was paid twice. */
function railDifferences(m: ModelState, w: World): string[] {
  const expected = m.taken.map(({ payout, number, standing }) => `${w.keyOf(payout, number)} ${standing}`).sort();
  const found = [...w.rail.taken].map(([key, { standing }]) => `${key} ${standing}`).sort();
  return compare('order', expected, found);
}
