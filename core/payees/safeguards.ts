/** What an admin can set about paying payees; kept as data, each change in the audit. */
import type { Safeguards } from '../contract/payees.ts';
import type { Work } from '../store/command.ts';
import type { Reader } from '../store/tx.ts';

const HOUR_MS = 60 * 60 * 1000;

/** A sandbox is for trying things out: nothing has to rest there. */
const COOL_OFF_MS = { live: 4 * HOUR_MS, sandbox: 0 } as const;

const COOL_OFF = 'payees.cool_off_ms';
export const SCREENING = 'payees.screening';

export async function readSafeguards(reader: Reader): Promise<Safeguards> {
  const rows = await reader.db
    .selectFrom('settings')
    .select(['name', 'value'])
    .where('name', 'in', [COOL_OFF, SCREENING])
    .execute();
  const set = new Map(rows.map(({ name, value }) => [name, value]));
  return {
    coolOffMs: Number(set.get(COOL_OFF) ?? COOL_OFF_MS[await networkOf(reader)]),
    screening: set.get(SCREENING) === 'deny_list' ? 'deny_list' : 'off',
  };
}

export async function networkOf(reader: Reader): Promise<'sandbox' | 'live'> {
  return (await reader.db.selectFrom('vault').select('network').executeTakeFirstOrThrow()).network;
}

/** What is left out stays. A rest that began already is not shortened. */
export async function setSafeguards(
  work: Work,
  change: { readonly [K in keyof Safeguards]?: Safeguards[K] | undefined },
): Promise<Safeguards> {
  const before = await readSafeguards(work.tx);
  if (change.coolOffMs !== undefined) await put(work, COOL_OFF, String(change.coolOffMs));
  if (change.screening !== undefined) await put(work, SCREENING, change.screening);
  const after = await readSafeguards(work.tx);
  work.audit({ action: 'safeguards.set', subject: 'vault', details: { before: { ...before }, after: { ...after } } });
  work.emit({ name: 'safeguards.set', subject: 'vault' });
  return after;
}

async function put(work: Work, name: string, value: string): Promise<void> {
  const row = { value, changed_at_ms: BigInt(work.nowMs), changed_by: work.actor.id };
  await work.tx.write
    .insertInto('settings')
    .values({ name, ...row })
    .onConflict((conflict) => conflict.column('name').doUpdateSet(row))
    .execute();
}
