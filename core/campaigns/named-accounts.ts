/** Members are known to whoever runs a campaign by their own references, not by ours. */
import { sql } from 'kysely';
import { invariant } from '../errors/refusal.ts';
import { unknownPayee } from '../payees/errors.ts';
import { jsonRows } from '../store/json-rows.ts';
import type { Reader } from '../store/tx.ts';
import type { FormulaAccount } from './formulas.ts';

export interface NamedAccount {
  readonly accountId?: string | undefined;
  readonly reference?: string | undefined;
  readonly basisMinor?: bigint | undefined;
}

/** In the order given, each by its id; a reference that nobody has is refused. */
export async function namedAccounts(
  reader: Reader,
  accounts: readonly NamedAccount[],
): Promise<readonly FormulaAccount[]> {
  const references = accounts.flatMap(({ reference }) => (reference === undefined ? [] : [{ reference }]));
  const rows = await reader.rows<{ id: string; reference: string }>(sql`
    select p.id, p.reference from ${jsonRows(reader.dialect, { reference: 'text' }, references)} as w
    join payees p on p.reference = w.reference`);
  const ids = new Map(rows.map(({ id, reference }) => [reference, id]));
  return accounts.map((account) => ({ accountId: idOf(account, ids), basisMinor: account.basisMinor }));
}

function idOf({ accountId, reference }: NamedAccount, ids: ReadonlyMap<string, string>): string {
  if (accountId !== undefined) return accountId;
  invariant(reference !== undefined, 'an account is named by its id or its reference');
  const found = ids.get(reference);
  if (found === undefined) throw unknownPayee(reference);
  return found;
}
