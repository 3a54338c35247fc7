/** What must hold after every step: the treasury is what the model says, and its books add up. */
import { lookAgain } from '../../core/approvals/queue/upkeep.ts';
import { verifyChain } from '../../core/audit/verify.ts';
import { brokenInvariants } from '../../core/ledger/invariants.ts';
import { queueDifferences } from '../support/queue.ts';
import type { ModelState, PayoutModel } from './model/state.ts';
import type { Kind, Seen } from './seen.ts';
import type { World } from './world.ts';

export class Disagreement extends Error {
  override readonly name = 'Disagreement';
}

/** Every so often, where the model says nothing: what broke once stays broken until the run ends. */
const BOOKS_EVERY = { sqlite: 3, postgres: 10 } as const;

export async function agree(m: ModelState, w: World, seen: Seen): Promise<void> {
  const differences = [...modelDifferences(m, w, seen), ...railDifferences(m, w)];
  w.steps += 1;
  if (w.steps % BOOKS_EVERY[w.t.writer.dialect] === 0) differences.push(...(await brokenInvariants(w.t.observer)));
  if (differences.length > 0) throw new Disagreement(differences.join('\n'));
}

/** What is too slow to ask after every step. */
export async function agreeAtTheEnd(w: World): Promise<void> {
  const broken = await brokenInvariants(w.t.observer);
  if (broken.length > 0) throw new Disagreement(broken.join('\n'));
  const proof = await verifyChain(w.t.writer);
  if (!proof.valid) throw new Disagreement(`The audit chain is broken: ${proof.problem}`);
  const nowMs = w.t.clock.nowMs();
  while ((await w.t.writer.transaction((tx) => lookAgain({ tx, nowMs }))) > 0);
  const misplaced = await queueDifferences(w.t.writer, nowMs);
  if (misplaced.length > 0)
    throw new Disagreement(`The approval queue is not as it should be:\n${misplaced.join('\n')}`);
}

function modelDifferences(m: ModelState, w: World, { lines }: Seen): readonly string[] {
  const expected: { readonly [K in Kind]: ReadonlyMap<string, string> } = {
    payouts: byId(w, 'payouts', m.payouts, (one) => payoutLine(w, one)),
    attempts: new Map(
      m.payouts.flatMap(({ index, attempts }) =>
        attempts.map(({ number, status }) => [`${w.payouts[index]}:${number}`, status] as const),
      ),
    ),
    approvals: new Map(
      m.payouts.flatMap((one) =>
        [...one.approvals].map(([by, { until }]) => [`${w.payouts[one.index]}:${w.staffId(by)}`, `${until}`] as const),
      ),
    ),
    balances: new Map(
      [...m.books.balances].flatMap(([account, balance]) =>
        balance === 0n ? [] : [[w.realAccount(account), `${balance}`] as const],
      ),
    ),
    lots: new Map(m.lots.map(({ remaining }, place) => [w.lotId(place, lines.lots), `${remaining}`])),
    versions: new Map([...m.treasuryVersions].map(([asset, version]) => [asset, `${version}`])),
    records: new Map(
      m.records.flatMap(({ stored, outcome }, place) =>
        stored ? [[`event-${String(place + 1).padStart(8, '0')}`, outcome] as const] : [],
      ),
    ),
    campaigns: byId(w, 'campaigns', m.campaigns, (one) => `${one.status} ${one.spent} ${one.granted.size}`),
    charges: byId(w, 'charges', m.charges, ({ paid }) => `${paid}`),
    schedules: byId(w, 'schedules', m.schedules, (one) =>
      [
        one.status,
        one.version,
        one.amount,
        one.due,
        one.onGuarantee ? 1 : 0,
        one.tries,
        one.triedAt ?? '-',
        one.payout === null ? '-' : w.payouts[one.payout],
        one.deleted ? 'deleted' : 'kept',
      ].join(' '),
    ),
    escrows: byId(w, 'escrows', m.escrows, (one) =>
      [
        one.status,
        one.version,
        one.amount,
        one.release ?? '-',
        one.onGuarantee ? 1 : 0,
        one.deleted ? 'deleted' : 'kept',
      ].join(' '),
    ),
    placements: new Map([...m.placements].map(([id, day]) => [id, day ?? '-'])),
    // Nothing that fails by itself is simulated here; a process that dies is no failure of its job.
    jobs: new Map(
      [...m.jobs].map(([name, { next, leaseUntil, runs }]) => [name, `${next} ${leaseUntil ?? '-'} ${runs.length} 0`]),
    ),
    paused: new Map([...m.jobs].flatMap(([name, { paused }]) => (paused ? [[name, 'paused'] as const] : []))),
    runs: new Map(
      [...m.jobs].flatMap(([name, { runs }]) => runs.map((end, place) => [`${name} ${place + 1}`, end] as const)),
    ),
  };
  return (Object.keys(expected) as Kind[]).flatMap((kind) => compare(kind, expected[kind], lines[kind]));
}

function byId<T>(
  w: World,
  list: 'payouts' | 'campaigns' | 'charges' | 'schedules' | 'escrows',
  models: readonly T[],
  line: (one: T) => string,
): ReadonlyMap<string, string> {
  return new Map(models.map((one, place) => [w[list][place] ?? `${list} ${place}`, line(one)]));
}

function payoutLine(w: World, one: PayoutModel): string {
  return [
    one.status,
    one.before ?? '-',
    one.version,
    one.revision,
    one.cycle,
    one.failures,
    one.settled ? 'settled' : 'unsettled',
    one.amount,
    one.asset,
    one.due ?? '-',
    one.reference,
    one.statement === null ? '-' : w.idOf('statements', one.statement),
    w.realKey(one.key),
  ].join(' ');
}

function compare(what: Kind, expected: ReadonlyMap<string, string>, found: ReadonlyMap<string, string>): string[] {
  const differences: string[] = [];
  for (const [id, line] of expected) {
    const is = found.get(id) ?? 'nothing';
    if (is !== line) differences.push(`${what} ${id}: the model says ${line}, the treasury ${is}`);
  }
  for (const [id, line] of found) {
    if (!expected.has(id)) differences.push(`${what} ${id}: the model knows nothing of it, the treasury says ${line}`);
  }
  return differences;
}

/** The provider's truth is what the model thinks it is, and no order was paid twice. */
function railDifferences(m: ModelState, w: World): string[] {
  const differences: string[] = [];
  for (const { payout, number, standing } of m.taken) {
    const key = w.keyOf(payout, number);
    const is = w.rail.taken.get(key)?.standing ?? 'nothing';
    if (is !== standing) differences.push(`order ${key}: the model says ${standing}, the rail ${is}`);
  }
  if (w.rail.taken.size !== m.taken.length)
    differences.push(`The rail took ${w.rail.taken.size} orders, the model ${m.taken.length}`);
  return differences;
}
