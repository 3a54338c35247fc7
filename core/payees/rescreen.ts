/** Looking everybody up again, after the list changed or screening was switched on. */

import { sql } from 'kysely';
import { refreshAfterScreening } from '../approvals/queue/upkeep.ts';
import type { DestinationId, PayeeId } from '../ids/ids.ts';
import type { Work } from '../store/command.ts';
import type { Reader } from '../store/tx.ts';
import { screeningOff } from './errors.ts';
import { type DestinationRecord, type DestinationRow, destinationFromRow } from './payees.ts';
import { readSafeguards } from './safeguards.ts';
import { recordScreenings, type Screened } from './screening.ts';

interface RescreenSubjects {
  readonly payees: readonly { readonly id: PayeeId; readonly name: string }[];
  readonly destinations: readonly DestinationRecord[];
}

/** Everybody who could still be paid. */
export async function rescreenSubjects(reader: Reader): Promise<RescreenSubjects> {
  const payees = await reader.rows<{ id: PayeeId; name: string }>(
    sql`select id, name from payees where status = 'active' order by id`,
  );
  const rows = await reader.rows<DestinationRow & { id: DestinationId }>(sql`
    select d.* from destinations d join payees p on p.id = d.payee_id
    where d.status <> 'retired' and p.status = 'active' order by d.id`);
  return { payees, destinations: rows.map(destinationFromRow) };
}

export interface Rescreened {
  readonly screened: number;
  readonly hits: number;
  readonly errors: number;
  readonly list: string;
}

/** Keeps the answers for those whose name or address is still what was asked about. */
export async function rescreened(work: Work, screened: Screened): Promise<Rescreened> {
  if ((await readSafeguards(work.tx)).screening === 'off') throw screeningOff();
  const { payees, destinations } = await rescreenSubjects(work.tx);
  const counts = await recordScreenings(work, payees, destinations, screened);
  const [first] = screened.values();
  const list = first?.list ?? '';
  await refreshAfterScreening(work);
  work.audit({
    action: 'payee.rescreen',
    subject: 'payees',
    details: { ...counts, list, listHash: first?.listHash ?? '' },
  });
  work.emit({ name: 'payee.rescreened', subject: 'payees', payload: { ...counts } });
  return { ...counts, list };
}
