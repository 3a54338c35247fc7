/**
 * Who asked for a payout as it is now: whoever requested or imported it, edited it, or asked for it
 * again after it failed. It is their act, and nobody approves their own. It is read from the log, and
 * the payout's own record must say the same: whoever could change the one could approve what they
 * asked for themselves. The entries are held to their hashes, so that to change these, too, is to
 * write the log anew from there on.
 */
import { sql } from 'kysely';
import { z } from 'zod';
import { listStaff } from '../access/staff.ts';
import { type AuditRow, entryHash, entryText, GENESIS_HASH } from '../audit/chain.ts';
import { payoutSource } from '../contract/policy-terms.ts';
import { invariant } from '../errors/refusal.ts';
import type { PayoutRecord } from '../payouts/repository.ts';
import { jsonRows } from '../store/json-rows.ts';
import type { Reader } from '../store/tx.ts';

export interface Asking {
  /** By id, with their names; a program or a job goes by its id. */
  readonly people: ReadonlyMap<string, string>;
  /** In what the log does not bear the record out; null where it does. */
  readonly problem: string | null;
}

type Asked = Pick<PayoutRecord, 'id' | 'requestedBy' | 'revision' | 'source'>;

interface AskingRow extends AuditRow {
  readonly payout_id: string;
  readonly hash_before: string | null;
}

/** What the entry of a request says beside its actor, who may only carry out what another asked for. */
const requestDetails = z.looseObject({
  requestedBy: z.string().optional(),
  source: payoutSource.optional(),
  replayed: z.boolean().optional(),
});

const REQUEST = 'payout.request';
const IMPORT = 'payouts.import';
const EDIT = 'payout.edit';

export async function askingOf(reader: Reader, payout: Asked): Promise<Asking> {
  const asking = (await askingOfEach(reader, [payout])).get(payout.id);
  invariant(asking, 'somebody asked for a payout');
  return asking;
}

/** By payout. */
export async function askingOfEach(reader: Reader, payouts: readonly Asked[]): Promise<ReadonlyMap<string, Asking>> {
  const wanted = jsonRows(
    reader.dialect,
    { id: 'text' },
    payouts.map(({ id }) => ({ id })),
  );
  const rows = await reader.rows<AskingRow>(sql`
    select w.id as payout_id, e.*, b.hash as hash_before from ${wanted} as w cross join audit_entries e
    left join audit_entries b on b.seq = e.seq - 1
    where e.subject = 'payout:' || w.id and e.outcome = 'done' and e.action in (${REQUEST}, ${EDIT}, 'payout.retry')
    union all
    select w.id as payout_id, e.*, b.hash as hash_before from ${wanted} as w cross join import_payouts i
    cross join audit_entries e left join audit_entries b on b.seq = e.seq - 1
    where i.payout_id = w.id and e.subject = 'import:' || i.import_id and e.outcome = 'done' and e.action = ${IMPORT}`);
  const about = Map.groupBy(rows, (row) => row.payout_id);
  const names = new Map((await listStaff(reader)).map(({ id, name }) => [id as string, name]));
  return new Map(payouts.map((payout) => [payout.id, asWritten(payout, about.get(payout.id) ?? [], names)]));
}

function asWritten(payout: Asked, rows: readonly AskingRow[], names: ReadonlyMap<string, string>): Asking {
  const requests = rows.flatMap(requestIn);
  const since = rows.filter(({ action }) => action !== REQUEST && action !== IMPORT);
  const ids = new Set([payout.requestedBy, ...requests.map(({ by }) => by), ...since.map(({ actor }) => actor)]);
  const people = new Map([...ids].sort().map((id) => [id, names.get(id) ?? id]));
  return { people, problem: problemOf(payout, rows, requests) };
}

interface Request {
  readonly by: string;
  readonly source: string | undefined;
}

function requestIn({ action, actor, details }: AskingRow): readonly Request[] {
  if (action === IMPORT) return [{ by: actor, source: 'file' }];
  if (action !== REQUEST) return [];
  const said = requestDetails.parse(JSON.parse(details));
  return said.replayed ? [] : [{ by: said.requestedBy ?? actor, source: said.source }];
}

function problemOf(payout: Asked, rows: readonly AskingRow[], requests: readonly Request[]): string | null {
  const changed = rows.find((row) => entryHash(row.hash_before ?? GENESIS_HASH, entryText(row)) !== row.hash);
  if (changed) return `entry ${changed.seq} of the log, about who asked for it, is not what was written`;
  const [request, ...more] = requests;
  if (!request || more.length > 0) return 'its requester is not in the log';
  if (request.by !== payout.requestedBy) return 'its requester is not the one whom the log names';
  if (request.source !== undefined && request.source !== payout.source) return 'its source is not the one in the log';
  const edits = rows.filter(({ action }) => action === EDIT).length;
  return BigInt(edits) + 1n === payout.revision
    ? null
    : `the log knows of ${edits} edits before revision ${payout.revision}`;
}
