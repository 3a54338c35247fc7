/**
 * Checks every row of a file against the vault, thousands at a time, and writes nothing. The same
 * check runs for the preview, on a read-only connection, and again inside the transaction that
 * commits. What it found is summed up in a digest, and only what has the same digest is committed.
 */
import { createHash, type Hash } from 'node:crypto';
import { policyInForce } from '../../approvals/policy/versions.ts';
import { accountKey, likenessOf } from '../../payees/likeness.ts';
import type { AddressCheckers, Resolutions } from '../../rails/address.ts';
import type { Reader } from '../../store/tx.ts';
import { readAssetBook } from './amounts.ts';
import { amountKey, isOutlier, repeatedAmounts, usualAmounts, usualKey } from './history.ts';
import {
  addProblem,
  addWarning,
  type CheckedRow,
  isGood,
  judgeRow,
  type Known,
  type NewPayee,
  type Rules,
  shown,
} from './judge-row.ts';
import { problem, warning } from './notes.ts';
import { PayeeInFile } from './payee-in-file.ts';
import type { ReadRow } from './read-row.ts';
import {
  type KnownStatement,
  knownPayees,
  knownReferences,
  knownStatements,
  type LookAlike,
  lookAlikesOf,
  newAddressKey,
  referenceKey,
} from './vault-facts.ts';

export interface CheckSettings {
  readonly checkers: AddressCheckers;
  readonly names: Resolutions;
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

const CHUNK = 2_500;

/** The rows of a file, read as they are asked for: what was just read is judged soonest. */
export interface RowSource {
  readonly count: number;
  rows(from: number, to: number): readonly ReadRow[];
}

export async function checkRows(
  reader: Reader,
  source: RowSource,
  { checkers, names, createPayees, nowMs }: CheckSettings,
  step: Step,
): Promise<Checked> {
  const rules: Rules = {
    assets: await readAssetBook(reader),
    policy: (await policyInForce(reader)).terms,
    checkers,
    names,
    createPayees,
    nowMs,
  };
  const file = new FileSoFar();
  const checked: CheckedRow[] = [];
  const hash = createHash('sha256');
  for (let from = 0; from < source.count; from += CHUNK) {
    const chunk = await checkChunk(reader, source.rows(from, from + CHUNK), rules, file);
    addToDigest(hash, chunk);
    for (const row of chunk) checked.push(row);
    await step(checked.length);
  }
  const newPayees = new Set<NewPayee>();
  for (const row of checked) if (row.newPayee && isGood(row)) newPayees.add(row.newPayee);
  return { rows: checked, newPayees: [...newPayees], digest: hash.digest('hex') };
}

/** What earlier rows of the file have said already. */
class FileSoFar implements Known {
  readonly people = new Map<string, PayeeInFile>();
  readonly statements = new Map<string, KnownStatement>();
  readonly dueDates = new Map<string, number | null>();
  readonly askedStatements = new Set<string>();
  /** The row that first had this reference; nearly all of them are one payee's alone. */
  readonly references = new Map<string, CheckedRow>();
  /** The line of further payees' first row with it, by payee and reference. */
  readonly otherReferences = new Map<string, number>();
  readonly claimedMinor = new Map<string, bigint>();
  /** By rail and likeness, the address that a new payee of the file has. */
  readonly newLikenesses = new Map<string, NewPayee>();
  /** Addresses nobody has confirmed, with what they look like; null where they look like none. */
  readonly lookAlikes = new Map<string, LookAlike | null>();
}

async function checkChunk(
  reader: Reader,
  rows: readonly ReadRow[],
  rules: Rules,
  file: FileSoFar,
): Promise<readonly CheckedRow[]> {
  await lookUp(reader, rows, file);
  const judged = rows.map((row) => judgeRow(row, rules, file));
  noteRepeatedReferences(judged, file);
  await noteLookAlikes(reader, judged, file);
  await noteKnownReferences(reader, judged);
  await noteOddAmounts(reader, judged, rules.nowMs);
  // Last: only rows that would be paid claim from their statement.
  for (const row of judged) noteExceededStatement(row, file.claimedMinor);
  return judged;
}

/** Reads the payees and statements that no earlier row has named. */
async function lookUp(reader: Reader, rows: readonly ReadRow[], file: FileSoFar): Promise<void> {
  const references = new Set<string>();
  for (const { texts } of rows) if (texts.payee !== '' && !file.people.has(texts.payee)) references.add(texts.payee);
  if (references.size > 0) {
    const known = await knownPayees(reader, [...references]);
    for (const reference of references) file.people.set(reference, new PayeeInFile(known.get(reference) ?? null));
  }
  const statements = new Set<string>();
  for (const { texts } of rows)
    if (texts.statement !== '' && !file.askedStatements.has(texts.statement)) statements.add(texts.statement);
  for (const reference of statements) file.askedStatements.add(reference);
  for (const [reference, found] of await knownStatements(reader, [...statements]))
    file.statements.set(reference, found);
}

function noteRepeatedReferences(rows: readonly CheckedRow[], { references, otherReferences }: FileSoFar): void {
  for (const row of rows) {
    const { line, texts } = row;
    if (texts.payee === '' || texts.reference === '') continue;
    const first = references.get(texts.reference);
    if (!first) {
      references.set(texts.reference, row);
      continue;
    }
    const key = referenceKey(texts.payee, texts.reference);
    const earlier = first.texts.payee === texts.payee ? first.line : otherReferences.get(key);
    if (earlier === undefined) otherReferences.set(key, line);
    else addProblem(row, problem('reference.twice_in_file', 'reference', { line: earlier }));
  }
}

/** Only addresses nobody has confirmed yet: of the others a second person has said that they are right. */
async function noteLookAlikes(reader: Reader, rows: readonly CheckedRow[], file: FileSoFar): Promise<void> {
  const { lookAlikes, newLikenesses } = file;
  const unproven = rows.flatMap((row) => {
    const address = row.newPayee?.destination ?? (row.destination?.status === 'proposed' ? row.destination : null);
    return address ? [{ row, key: newAddressKey(address), address }] : [];
  });
  const asked = new Map(unproven.flatMap(({ key, address }) => (lookAlikes.has(key) ? [] : [[key, address]])));
  if (asked.size > 0) {
    const known = await lookAlikesOf(reader, [...asked.values()]);
    for (const key of asked.keys()) lookAlikes.set(key, known.get(key) ?? null);
  }
  for (const { row, key } of unproven) {
    const other = lookAlikes.get(key) ?? otherInFile(row.newPayee, newLikenesses);
    if (other) addWarning(row, warning('destination.look_alike', 'address', { ...other }));
  }
}

function otherInFile(payee: NewPayee | null, seen: Map<string, NewPayee>): { address: string; name: string } | null {
  const likeness = payee && likenessOf(payee.destination.address);
  if (!payee || !likeness) return null;
  const key = `${payee.destination.rail}\u0000${likeness}`;
  const other = seen.get(key);
  if (!other) seen.set(key, payee);
  if (!other || accountKey(other.destination.address) === accountKey(payee.destination.address)) return null;
  return { address: other.destination.address, name: other.name };
}

async function noteKnownReferences(reader: Reader, rows: readonly CheckedRow[]): Promise<void> {
  const pairs = rows.flatMap(({ payee, texts }) =>
    payee?.hasHistory && texts.reference !== '' ? [{ payeeId: payee.id, reference: texts.reference }] : [],
  );
  if (pairs.length === 0) return;
  const known = await knownReferences(reader, pairs);
  if (known.size === 0) return;
  for (const row of rows) {
    const payout = row.payee && known.get(referenceKey(row.payee.id, row.texts.reference));
    if (payout) addProblem(row, problem('reference.known', 'reference', { payout }));
  }
}

async function noteOddAmounts(reader: Reader, rows: readonly CheckedRow[], nowMs: number): Promise<void> {
  const amounts = rows.flatMap(({ payee, asset, amountMinor }) =>
    payee?.hasHistory && asset && amountMinor !== null ? [{ payeeId: payee.id, assetId: asset.id, amountMinor }] : [],
  );
  const repeated = amounts.length === 0 ? new Set<string>() : await repeatedAmounts(reader, amounts, nowMs);
  await lookUpUsual(reader, rows, nowMs);
  for (const row of rows) {
    const { line, person, payee, asset, amountMinor } = row;
    if (!person || !asset || amountMinor === null) continue;
    const { lines, usual } = person.of(asset);
    const earlier = lines.get(amountMinor);
    if (earlier === undefined) lines.set(amountMinor, line);
    else addWarning(row, warning('amount.repeated', 'amount', { line: earlier }));
    if (!payee?.hasHistory) continue;
    if (earlier === undefined && repeated.has(amountKey({ payeeId: payee.id, assetId: asset.id, amountMinor }))) {
      addWarning(row, warning('amount.repeated', 'amount'));
    }
    const odd = usual ? isOutlier(amountMinor, usual) : false;
    if (!usual || !odd) continue;
    const facts = { median: shown(usual.medianMinor, asset), code: asset.code };
    addWarning(row, warning('amount.outlier', 'amount', odd.times === null ? facts : { ...facts, times: odd.times }));
  }
}

/** Asked once for each payee and asset of the file. */
async function lookUpUsual(reader: Reader, rows: readonly CheckedRow[], nowMs: number): Promise<void> {
  const asked = new Map<
    string,
    { readonly payeeId: string; readonly assetId: string; readonly of: ReturnType<PayeeInFile['of']> }
  >();
  for (const { person, payee, asset } of rows) {
    if (!person || !payee?.hasHistory || !asset) continue;
    const of = person.of(asset);
    if (of.usual === undefined) asked.set(usualKey(payee.id, asset.id), { payeeId: payee.id, assetId: asset.id, of });
  }
  if (asked.size === 0) return;
  const known = await usualAmounts(reader, [...asked.values()], nowMs);
  for (const [key, { of }] of asked) of.usual = known.get(key) ?? null;
}

function noteExceededStatement(row: CheckedRow, claimedMinor: Map<string, bigint>): void {
  const { statement, asset, amountMinor } = row;
  if (!statement || !asset || amountMinor === null || !isGood(row)) return;
  const left = statement.leftMinor - (claimedMinor.get(statement.id) ?? 0n);
  if (amountMinor > left) {
    const facts = { statement: statement.reference, left: shown(left, asset), code: asset.code };
    addProblem(row, problem('statement.exceeded', 'statement', facts));
    return;
  }
  claimedMinor.set(statement.id, statement.leftMinor - left + amountMinor);
}

/** Warnings are left out: time alone makes and ends some of them. */
function addToDigest(hash: Hash, rows: readonly CheckedRow[]): void {
  let text = '';
  for (const row of rows) text += outcomeOf(row);
  hash.update(text);
}

/** No text of a good row has control characters in it, so none can be taken for the border of two. */
function outcomeOf(row: CheckedRow): string {
  const { line, texts, newPayee, destination, asset, amountMinor, dueAtMs, statement, problems } = row;
  if (problems.length > 0) return `${line}\tbad\t${problems.map(({ code }) => code).join('\t')}\n`;
  // What a known destination is never changes; it belongs to its payee.
  const whom = destination ? destination.id : outcomeOfNew(newPayee ?? never(row));
  const what = `${line}\t${whom}\t${asset?.id}\t${amountMinor}\t${texts.reference}`;
  if (dueAtMs === null && statement === null) return `${what}\n`;
  return `${what}\t${dueAtMs ?? ''}\t${statement?.id ?? ''}\n`;
}

function outcomeOfNew({ reference, name, email, destination }: NewPayee): string {
  const { rail, address, memo, extraId, currency, federation } = destination;
  const where = [rail, address, memo?.type, memo?.value, extraId, currency, federation];
  return `new\t${[reference, name, email, ...where].join('\t')}`;
}

function never({ line }: CheckedRow): never {
  throw new Error(`Line ${line} is good, but pays nobody`);
}
