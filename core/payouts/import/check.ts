/**
 * Checks every row of a file against the vault, thousands at a time, and writes nothing. The same
 * check runs for the preview, on a read-only connection, and again inside the transaction that
 * commits. What it found is summed up in a digest, and only what has the same digest is committed.
 */
import { createHash, type Hash } from 'node:crypto';
import { policyInForce } from '../../approvals/policy.ts';
import { addressKey, likenessOf } from '../../payees/likeness.ts';
import type { AddressCheckers } from '../../rails/address.ts';
import type { Reader } from '../../store/tx.ts';
import { readAssetBook } from './amounts.ts';
import {
  type AmountOfPayee,
  amountKey,
  isOutlier,
  repeatedAmounts,
  type Usual,
  usualAmounts,
  usualKey,
} from './history.ts';
import { type CheckedRow, isGood, judgeRow, type Known, type NewPayee, type Rules, shown } from './judge-row.ts';
import { problem, warning } from './notes.ts';
import type { ReadRow } from './read-row.ts';
import {
  type KnownPayee,
  type KnownStatement,
  knownPayees,
  knownReferences,
  knownStatements,
  lookAlikesOf,
  newAddressKey,
  referenceKey,
} from './vault-facts.ts';

export interface CheckSettings {
  readonly checkers: AddressCheckers;
  readonly createPayees: boolean;
  readonly nowMs: number;
}

export interface Checked {
  readonly rows: readonly CheckedRow[];
  /** Those that a good row is for. */
  readonly newPayees: readonly NewPayee[];
  /** Stands for every row's outcome: whom it pays where how much, or why not. */
  readonly digest: string;
}

/** Told how many rows are done; lets others go on, and throws to stop the work. */
export type Step = (done: number) => Promise<void>;

const CHUNK = 5_000;

export async function checkRows(
  reader: Reader,
  rows: readonly ReadRow[],
  { checkers, createPayees, nowMs }: CheckSettings,
  step: Step,
): Promise<Checked> {
  const rules: Rules = {
    assets: await readAssetBook(reader),
    policy: await policyInForce(reader),
    checkers,
    createPayees,
    nowMs,
  };
  const file = new FileSoFar();
  const checked: CheckedRow[] = [];
  const hash = createHash('sha256');
  for (let from = 0; from < rows.length; from += CHUNK) {
    const chunk = await checkChunk(reader, rows.slice(from, from + CHUNK), rules, file);
    addToDigest(hash, chunk);
    for (const row of chunk) checked.push(row);
    await step(checked.length);
  }
  const wanted = new Set(checked.filter(isGood).map((row) => row.newPayee));
  return {
    rows: checked,
    newPayees: [...file.known.newPayees.values()].filter((payee) => wanted.has(payee)),
    digest: hash.digest('hex'),
  };
}

/** What earlier rows of the file have said already. */
class FileSoFar {
  readonly payees = new Map<string, KnownPayee>();
  readonly statements = new Map<string, KnownStatement>();
  readonly known: Known = {
    payees: this.payees,
    statements: this.statements,
    newPayees: new Map(),
    dueDates: new Map(),
  };
  readonly askedPayees = new Set<string>();
  readonly askedStatements = new Set<string>();
  readonly askedUsual = new Set<string>();
  readonly usual = new Map<string, Usual>();
  /** The line each of these was first seen on. */
  readonly references = new Map<string, FirstSeen>();
  readonly amounts = new Map<string, number>();
  readonly claimedMinor = new Map<string, bigint>();
  /** By rail and likeness, the address that a new payee of the file has. */
  readonly newLikenesses = new Map<string, NewPayee>();
}

/** References are nearly always one payee's alone, so the first is kept plainly and the others beside it. */
interface FirstSeen {
  readonly payee: string;
  readonly line: number;
  /** By payee. */
  others: Map<string, number> | null;
}

async function checkChunk(
  reader: Reader,
  rows: readonly ReadRow[],
  rules: Rules,
  file: FileSoFar,
): Promise<readonly CheckedRow[]> {
  await lookUp(reader, rows, file);
  const judged = rows.map((row) => judgeRow(row, rules, file.known));
  noteRepeatedReferences(judged, file);
  await noteLookAlikes(reader, judged, file);
  await noteKnownReferences(reader, judged);
  await noteOddAmounts(reader, judged, rules.nowMs, file);
  // Last: only rows that would be paid claim from their statement.
  for (const row of judged) noteExceededStatement(row, file.claimedMinor);
  return judged;
}

/** Reads the payees and statements that no earlier row has named. */
async function lookUp(reader: Reader, rows: readonly ReadRow[], file: FileSoFar): Promise<void> {
  const payees = notAsked(rows, 'payee', file.askedPayees);
  if (payees.length > 0)
    for (const [reference, payee] of await knownPayees(reader, payees)) file.payees.set(reference, payee);
  const statements = notAsked(rows, 'statement', file.askedStatements);
  for (const [reference, statement] of await knownStatements(reader, statements))
    file.statements.set(reference, statement);
}

function notAsked(rows: readonly ReadRow[], field: 'payee' | 'statement', asked: Set<string>): readonly string[] {
  const names: string[] = [];
  for (const { texts } of rows) {
    const name = texts[field];
    if (name === '' || asked.has(name)) continue;
    asked.add(name);
    names.push(name);
  }
  return names;
}

function noteRepeatedReferences(rows: readonly CheckedRow[], { references }: FileSoFar): void {
  for (const { line, texts, problems } of rows) {
    const { payee, reference } = texts;
    if (payee === '' || reference === '') continue;
    const first = references.get(reference);
    if (!first) references.set(reference, { payee, line, others: null });
    else {
      const earlier = first.payee === payee ? first.line : first.others?.get(payee);
      if (earlier !== undefined) problems.push(problem('reference.twice_in_file', 'reference', { line: earlier }));
      else {
        first.others ??= new Map();
        first.others.set(payee, line);
      }
    }
  }
}

/** Only addresses nobody has confirmed yet: of the others a second person has said that they are right. */
async function noteLookAlikes(
  reader: Reader,
  rows: readonly CheckedRow[],
  { newLikenesses }: FileSoFar,
): Promise<void> {
  const unproven = rows.flatMap((row) => {
    const address = row.newPayee?.destination ?? (row.destination?.status === 'proposed' ? row.destination : null);
    return address ? [{ row, address }] : [];
  });
  if (unproven.length === 0) return;
  const distinct = new Map(unproven.map(({ address }) => [newAddressKey(address), address]));
  const known = await lookAlikesOf(reader, [...distinct.values()]);
  for (const { row, address } of unproven) {
    const other = known.get(newAddressKey(address)) ?? otherInFile(row.newPayee, newLikenesses);
    if (other)
      row.warnings.push(warning('destination.look_alike', 'address', { address: other.address, name: other.name }));
  }
}

function otherInFile(payee: NewPayee | null, seen: Map<string, NewPayee>): { address: string; name: string } | null {
  const likeness = payee && likenessOf(payee.destination.address);
  if (!payee || !likeness) return null;
  const key = `${payee.destination.rail}\u0000${likeness}`;
  const other = seen.get(key);
  if (!other) seen.set(key, payee);
  if (!other || addressKey(other.destination.address) === addressKey(payee.destination.address)) return null;
  return { address: other.destination.address, name: other.name };
}

async function noteKnownReferences(reader: Reader, rows: readonly CheckedRow[]): Promise<void> {
  const pairs = rows.flatMap(({ payee, texts }) =>
    payee?.hasHistory && texts.reference !== '' ? [{ payeeId: payee.id, reference: texts.reference }] : [],
  );
  if (pairs.length === 0) return;
  const known = await knownReferences(reader, pairs);
  if (known.size === 0) return;
  for (const { payee, texts, problems } of rows) {
    const payout = payee && known.get(referenceKey(payee.id, texts.reference));
    if (payout) problems.push(problem('reference.known', 'reference', { payout }));
  }
}

async function noteOddAmounts(
  reader: Reader,
  rows: readonly CheckedRow[],
  nowMs: number,
  file: FileSoFar,
): Promise<void> {
  const amounts = rows.flatMap(({ payee, asset, amountMinor }) =>
    payee?.hasHistory && asset && amountMinor !== null ? [{ payeeId: payee.id, assetId: asset.id, amountMinor }] : [],
  );
  const repeated = amounts.length === 0 ? new Set<string>() : await repeatedAmounts(reader, amounts, nowMs);
  await lookUpUsual(reader, amounts, file);
  for (const { line, texts, payee, asset, amountMinor, warnings } of rows) {
    if (!asset || amountMinor === null) continue;
    const key = `${asset.id} ${amountMinor} ${texts.payee}`;
    const earlier = file.amounts.get(key);
    if (earlier === undefined) file.amounts.set(key, line);
    else warnings.push(warning('amount.repeated', 'amount', { line: earlier }));
    if (!payee?.hasHistory) continue;
    if (earlier === undefined && repeated.has(amountKey({ payeeId: payee.id, assetId: asset.id, amountMinor }))) {
      warnings.push(warning('amount.repeated', 'amount'));
    }
    const known = file.usual.get(usualKey(payee.id, asset.id));
    const odd = known ? isOutlier(amountMinor, known) : false;
    if (known && odd) {
      const median = shown(known.medianMinor, asset);
      warnings.push(
        warning('amount.outlier', 'amount', {
          median,
          code: asset.code,
          ...(odd.times === null ? {} : { times: odd.times }),
        }),
      );
    }
  }
}

async function lookUpUsual(
  reader: Reader,
  amounts: readonly AmountOfPayee[],
  { askedUsual, usual }: FileSoFar,
): Promise<void> {
  const pairs = amounts.filter(({ payeeId, assetId }) => {
    const key = usualKey(payeeId, assetId);
    const isNew = !askedUsual.has(key);
    askedUsual.add(key);
    return isNew;
  });
  if (pairs.length === 0) return;
  for (const [key, known] of await usualAmounts(reader, pairs)) usual.set(key, known);
}

function noteExceededStatement(row: CheckedRow, claimedMinor: Map<string, bigint>): void {
  const { statement, asset, amountMinor } = row;
  if (!statement || !asset || amountMinor === null || !isGood(row)) return;
  const left = statement.leftMinor - (claimedMinor.get(statement.id) ?? 0n);
  if (amountMinor > left) {
    const facts = { statement: statement.reference, left: shown(left, asset), code: asset.code };
    row.problems.push(problem('statement.exceeded', 'statement', facts));
    return;
  }
  claimedMinor.set(statement.id, statement.leftMinor - left + amountMinor);
}

/** Warnings are left out: time alone makes and ends some of them. */
function addToDigest(hash: Hash, rows: readonly CheckedRow[]): void {
  let text = '';
  for (const row of rows) text += `${outcomeOf(row)}\n`;
  hash.update(text);
}

/** No text of a row has control characters in it, so none can be taken for the border of two. */
function outcomeOf(row: CheckedRow): string {
  const { line, texts, newPayee, destination, asset, amountMinor, dueAtMs, statement, problems } = row;
  if (problems.length > 0) return `${line}\t${problems.map(({ code }) => code).join('\t')}`;
  const what = `${asset?.id}\t${amountMinor}\t${texts.reference}\t${dueAtMs ?? ''}\t${statement?.id ?? ''}`;
  // What a known destination is never changes; it belongs to its payee.
  if (destination) return `${line}\t${destination.id}\t${what}`;
  const { reference, name, email, destination: parts } = newPayee ?? never(row);
  const memo = parts.memo ? `${parts.memo.type} ${parts.memo.value}` : '';
  const whom = `${reference}\t${name}\t${email ?? ''}`;
  const where = `${parts.rail}\t${parts.address}\t${memo}\t${parts.extraId ?? ''}\t${parts.currency ?? ''}`;
  return `${line}\tnew\t${whom}\t${where}\t${what}`;
}

function never({ line }: CheckedRow): never {
  throw new Error(`Line ${line} is good, but pays nobody`);
}
