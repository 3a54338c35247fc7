/**
 * What the log says of a payout, held against its records: who asked for it as it is now (whoever
 * requested or imported it, edited it, or asked for it again after it failed: it is their act, and
 * nobody approves their own), which approvals stand, and how far it has come. Whoever could change
 * only the records could approve what they asked for, have an approval count that was taken back, or
 * have a payment made twice. The entries are held to their hashes, so that to change these, too, is
 * to write the log anew from there on, which a checkpoint outside shows.
 */
import { sql } from 'kysely';
import { z } from 'zod';
import { listStaff } from '../access/staff.ts';
import { type AuditRow, entryHash, entryText, GENESIS_HASH } from '../audit/chain.ts';
import { invariant } from '../errors/refusal.ts';
import type { PayoutRecord } from '../payouts/repository.ts';
import { jsonRows } from '../store/json-rows.ts';
import type { Reader } from '../store/tx.ts';

export interface PayoutHistory {
  /** Who asked for it, by id, with their names; a program or a job goes by its id. */
  readonly askers: ReadonlyMap<string, string>;
  /** Approvals given and not taken back since: whose, by signature. */
  readonly given: ReadonlyMap<string, string>;
  /** In what the log does not bear out who asked for what; null where it does. */
  readonly problem: string | null;
  /** The same of how far it has come. */
  readonly misplaced: string | null;
}

type Told = Pick<PayoutRecord, 'id' | 'requestedBy' | 'revision' | 'source' | 'status'>;

export async function historyOf(reader: Reader, payout: Told): Promise<PayoutHistory> {
  const history = (await historyOfEach(reader, [payout])).get(payout.id);
  invariant(history, 'the log is asked about every payout');
  return history;
}

/** By payout. */
export async function historyOfEach(
  reader: Reader,
  payouts: readonly Told[],
): Promise<ReadonlyMap<string, PayoutHistory>> {
  const about = await entriesAbout(
    reader,
    payouts.map(({ id }) => id),
  );
  const names = new Map((await listStaff(reader)).map(({ id, name }) => [id as string, name]));
  return new Map(payouts.map((payout) => [payout.id, toldOf(payout, about.get(payout.id) ?? [], names)]));
}

function toldOf(payout: Told, entries: readonly EntryRow[], names: ReadonlyMap<string, string>): PayoutHistory {
  const past = pastOf(entries);
  const ids = [...new Set([payout.requestedBy, ...past.askers])].sort();
  return {
    askers: new Map(ids.map((id) => [id, names.get(id) ?? id])),
    given: past.given,
    problem: changedEntry(entries) ?? problemOf(payout, past),
    misplaced: past.status === payout.status ? null : `the log has it ${past.status}, and not ${payout.status}`,
  };
}

interface EntryRow extends AuditRow {
  readonly payout_id: string;
  readonly hash_before: string | null;
}

const REQUEST = 'payout.request';
/** One entry for all the payouts of a file. */
const IMPORT = 'payouts.import';

/** By payout, in the order they were written. */
async function entriesAbout(
  reader: Reader,
  payoutIds: readonly string[],
): Promise<ReadonlyMap<string, readonly EntryRow[]>> {
  const wanted = jsonRows(
    reader.dialect,
    { id: 'text' },
    payoutIds.map((id) => ({ id })),
  );
  const rows = await reader.rows<EntryRow>(sql`
    select w.id as payout_id, e.*, b.hash as hash_before from ${wanted} as w cross join audit_entries e
    left join audit_entries b on b.seq = e.seq - 1
    where e.subject = 'payout:' || w.id and e.outcome = 'done'
    union all
    select w.id as payout_id, e.*, b.hash as hash_before from ${wanted} as w cross join import_payouts i
    cross join audit_entries e left join audit_entries b on b.seq = e.seq - 1
    where i.payout_id = w.id and e.subject = 'import:' || i.import_id and e.outcome = 'done' and e.action = ${IMPORT}`);
  return Map.groupBy(
    rows.toSorted((a, b) => Number(a.seq - b.seq)),
    (row) => row.payout_id,
  );
}

function changedEntry(entries: readonly EntryRow[]): string | null {
  const changed = entries.find((row) => entryHash(row.hash_before ?? GENESIS_HASH, entryText(row)) !== row.hash);
  return changed ? `entry ${changed.seq} of the log, which is about it, is not what was written` : null;
}

/** What entries about payouts say beside their actor, who may only carry out what another asked for. */
const said = z.looseObject({
  requestedBy: z.string().optional(),
  source: z.string().optional(),
  replayed: z.boolean().optional(),
  signature: z.string().optional(),
  from: z.string().optional(),
  to: z.string().optional(),
});

interface Past {
  readonly requests: { readonly by: string; readonly source: string | undefined }[];
  readonly askers: Set<string>;
  readonly given: Map<string, string>;
  edits: number;
  status: string;
}

function pastOf(entries: readonly EntryRow[]): Past {
  const past: Past = { requests: [], askers: new Set(), given: new Map(), edits: 0, status: 'pending' };
  for (const { action, actor, details } of entries) {
    const { requestedBy = actor, source, replayed, signature, from, to } = said.parse(JSON.parse(details));
    if (action === IMPORT) past.requests.push({ by: actor, source: 'file' });
    if (action === REQUEST && !replayed) past.requests.push({ by: requestedBy, source });
    if (action === 'payout.edit' || action === 'payout.retry') {
      past.askers.add(actor);
      past.given.clear();
    }
    if (action === 'payout.edit') past.edits += 1;
    if (action === 'payout.approve' && signature !== undefined) past.given.set(signature, actor);
    if (action === 'payout.withdraw') takeBack(past, actor);
    if (action === 'payout.cancel') past.given.clear();
    if (from !== undefined && to !== undefined) past.status = to;
  }
  for (const { by } of past.requests) past.askers.add(by);
  return past;
}

function takeBack({ given }: Past, staffId: string): void {
  for (const [signature, by] of given) if (by === staffId) given.delete(signature);
}

function problemOf(payout: Told, { requests, edits }: Past): string | null {
  const [request, ...more] = requests;
  if (!request || more.length > 0) return 'its requester is not in the log';
  if (request.by !== payout.requestedBy) return 'its requester is not the one whom the log names';
  if (request.source !== undefined && request.source !== payout.source) return 'its source is not the one in the log';
  const isTold = BigInt(edits) + 1n === payout.revision;
  return isTold ? null : `the log knows of ${edits} edits before revision ${payout.revision}`;
}
