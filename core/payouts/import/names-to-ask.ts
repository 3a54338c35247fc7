/**
 * The federation names whose domains have to be asked before rows can be judged: those of payees whom
 * the vault does not know. Of the others it knows what their names stand for, and a file changes nothing there.
 */
import type { Reader } from '../../store/tx.ts';
import { isProblem, nameIn, wantedDestination } from './destination-of-row.ts';
import type { ReadRow } from './read-row.ts';
import { knownPayees } from './vault-facts.ts';

export async function namesToAsk(reader: Reader, rows: Iterable<ReadRow>): Promise<readonly string[]> {
  const given = new Map<string, Set<string>>();
  for (const { texts } of rows) {
    const wanted = wantedDestination(texts);
    const name = isProblem(wanted) ? null : nameIn(wanted);
    if (name === null || texts.payee === '') continue;
    const names = given.get(texts.payee);
    if (names) names.add(name);
    else given.set(texts.payee, new Set([name]));
  }
  if (given.size === 0) return [];
  for (const known of (await knownPayees(reader, [...given.keys()])).keys()) given.delete(known);
  return [...new Set([...given.values()].flatMap((names) => [...names]))];
}
