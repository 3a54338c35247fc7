/** What a row would become, and what speaks against it, from facts that were read before. */
import { z } from 'zod';
import { covers } from '../../approvals/policy/cover.ts';
import type { PolicyTerms } from '../../contract/policy-terms.ts';
import { formatDecimal } from '../../money/minor.ts';
import type { AddressCheckers, Resolutions } from '../../rails/address.ts';
import { type AssetBook, carries, findAsset, type KnownAsset, readAmount } from './amounts.ts';
import { readDueDate } from './dates.ts';
import {
  chooseDestination,
  isProblem,
  type NewDestination,
  newDestination,
  type WantedDestination,
  wantedDestination,
} from './destination-of-row.ts';
import { type Problem, problem, type Warning, warning } from './notes.ts';
import type { PayeeInFile } from './payee-in-file.ts';
import type { ReadRow, RowTexts } from './read-row.ts';
import type { KnownDestination, KnownPayee, KnownStatement } from './vault-facts.ts';

/** A payee that the file brings along, as its first complete row has it. */
export interface NewPayee {
  readonly line: number;
  readonly reference: string;
  readonly name: string;
  readonly email: string | null;
  readonly destination: NewDestination;
}

export interface CheckedRow {
  readonly line: number;
  readonly texts: RowTexts;
  /** Null where the row names nobody. */
  readonly person: PayeeInFile | null;
  readonly payee: KnownPayee | null;
  readonly newPayee: NewPayee | null;
  /** Of a payee the vault knows. */
  readonly destination: KnownDestination | null;
  readonly asset: KnownAsset | null;
  readonly amountMinor: bigint | null;
  readonly dueAtMs: number | null;
  readonly statement: KnownStatement | null;
  /** A row of which nothing is to be said shares its empty lists with all the others. */
  problems: readonly Problem[];
  warnings: readonly Warning[];
}

const NO_PROBLEMS: readonly Problem[] = [];
const NO_WARNINGS: readonly Warning[] = [];

export function addProblem(row: CheckedRow, found: Problem): void {
  row.problems = [...row.problems, found];
}

export function addWarning(row: CheckedRow, found: Warning): void {
  row.warnings = [...row.warnings, found];
}

export const isGood = (row: CheckedRow): boolean => row.problems.length === 0;

/** What does not change from row to row. */
export interface Rules {
  readonly assets: AssetBook;
  readonly policy: PolicyTerms;
  readonly checkers: AddressCheckers;
  /** What the names of new payees stood for when their domains were asked. */
  readonly names: Resolutions;
  readonly createPayees: boolean;
  readonly nowMs: number;
}

export interface Known {
  /** Everybody whom a row so far has named, by reference. */
  readonly people: ReadonlyMap<string, PayeeInFile>;
  readonly statements: ReadonlyMap<string, KnownStatement>;
  /** Filled as the file is gone through: most rows are due on the same few days. */
  readonly dueDates: Map<string, number | null>;
}

const EMAIL = z.email();

export function judgeRow(row: ReadRow, rules: Rules, known: Known): CheckedRow {
  const { line, texts } = row;
  const problems = row.problems.length === 0 ? [] : [...row.problems];
  const warnings: Warning[] = [];
  const asset = isReadable(row, 'asset') ? kept(findAsset(rules.assets, texts.asset), problems) : null;
  const amountMinor = asset && isReadable(row, 'amount') ? kept(readAmount(texts.amount, asset), problems) : null;
  const dueAtMs = texts.dueDate === '' ? null : dueDateOf(texts.dueDate, known.dueDates);
  if (dueAtMs !== null && dueAtMs < rules.nowMs - DAY_MS) warnings.push(warning('due_date.past', 'dueDate'));
  if (dueAtMs === null && isReadable(row, 'dueDate')) problems.push(problem('due_date.invalid', 'dueDate'));

  const person = isReadable(row, 'payee') ? (known.people.get(texts.payee) ?? null) : null;
  const { payee, newPayee, destination } = person ? whereTo(line, texts, person, rules, problems, warnings) : NOWHERE;
  const target = destination ?? newPayee?.destination ?? null;
  if (asset && target && !carries(target.rail, asset.id, target.currency)) {
    problems.push(problem('asset.wrong_rail', 'asset', { asset: asset.id, rail: target.rail }));
  }
  if (
    asset &&
    amountMinor !== null &&
    target &&
    !covers(rules.policy, { rail: target.rail, assetId: asset.id, amountMinor, source: 'file' })
  ) {
    problems.push(problem('policy.no_match', null));
  }
  const statement = texts.statement === '' ? null : (known.statements.get(texts.statement) ?? null);
  if (isReadable(row, 'statement')) judgeStatement(texts.statement, statement, payee, asset, rules.assets, problems);
  return {
    line,
    texts,
    person,
    payee,
    newPayee,
    destination,
    asset,
    amountMinor,
    dueAtMs,
    statement,
    problems: problems.length === 0 ? NO_PROBLEMS : problems,
    warnings: warnings.length === 0 ? NO_WARNINGS : warnings,
  };
}

/** Only what was read whole is judged: one problem of a cell is enough. */
function isReadable({ texts, problems }: ReadRow, field: keyof RowTexts): boolean {
  return texts[field] !== '' && (problems.length === 0 || !problems.some((found) => found.field === field));
}

function dueDateOf(text: string, seen: Map<string, number | null>): number | null {
  const before = seen.get(text);
  if (before !== undefined) return before;
  const atMs = readDueDate(text);
  seen.set(text, atMs);
  return atMs;
}

/** A day that began less than a day ago is today somewhere. */
const DAY_MS = 24 * 60 * 60 * 1000;

type Where = Pick<CheckedRow, 'payee' | 'newPayee' | 'destination'>;
const NOWHERE: Where = { payee: null, newPayee: null, destination: null };

function whereTo(
  line: number,
  texts: RowTexts,
  person: PayeeInFile,
  rules: Rules,
  problems: Problem[],
  warnings: Warning[],
): Where {
  const payee = person.known;
  const wanted = kept(wantedDestination(texts), problems);
  if (payee)
    return {
      payee,
      newPayee: null,
      destination: wanted && destinationOf(payee, texts, wanted, rules, problems, warnings),
    };
  if (!rules.createPayees) {
    problems.push(problem('payee.unknown', 'payee', { payee: texts.payee }));
    return NOWHERE;
  }
  const newPayee = wanted && newPayeeOf(line, texts, wanted, rules, person, problems);
  if (newPayee) {
    const { federation: name, address } = newPayee.destination;
    warnings.push(warning('destination.new', 'address', name === null ? {} : { name, address }));
  }
  return { payee: null, newPayee, destination: null };
}

function destinationOf(
  payee: KnownPayee,
  texts: RowTexts,
  wanted: WantedDestination,
  rules: Rules,
  problems: Problem[],
  warnings: Warning[],
): KnownDestination | null {
  if (payee.status === 'closed') problems.push(problem('payee.closed', 'payee', { payee: payee.reference }));
  if (texts.payeeName !== '' && !sameName(texts.payeeName, payee.name)) {
    warnings.push(warning('payee.name_differs', 'payeeName', { name: payee.name }));
  }
  const destination = kept(chooseDestination(wanted, payee.destinations), problems);
  if (!destination) return null;
  if (!rules.checkers.has(destination.rail))
    problems.push(problem('rail.unavailable', 'rail', { rail: destination.rail }));
  if (destination.status === 'proposed') warnings.push(warning('destination.unconfirmed', 'address'));
  else if (destination.usableFromMs !== null && destination.usableFromMs > rules.nowMs) {
    const until = new Date(destination.usableFromMs).toISOString();
    warnings.push(warning('destination.cooling_off', 'address', { until }));
  }
  return destination;
}

function newPayeeOf(
  line: number,
  texts: RowTexts,
  wanted: WantedDestination,
  rules: Rules,
  person: PayeeInFile,
  problems: Problem[],
): NewPayee | null {
  const earlier = person.fresh;
  if (earlier) {
    const what = differenceFrom(earlier, texts, wanted);
    if (what === null) return earlier;
    problems.push(problem('payee.conflict', what.field, { line: earlier.line, what: what.name }));
    return null;
  }
  const destination = kept(newDestination(wanted, rules.checkers, rules.names), problems);
  const isEmail = texts.email === '' || EMAIL.safeParse(texts.email).success;
  if (!isEmail) problems.push(problem('email.invalid', 'email'));
  if (texts.payeeName === '') problems.push(problem('payee.name_missing', 'payeeName'));
  if (!destination || !isEmail || texts.payeeName === '') return null;
  const payee = { line, reference: texts.payee, name: texts.payeeName, email: texts.email || null, destination };
  person.fresh = payee;
  return payee;
}

/** A later row of the same new payee may leave things out, but not say anything else. */
function differenceFrom(
  { name, email, destination }: NewPayee,
  texts: RowTexts,
  wanted: WantedDestination,
): { readonly field: keyof RowTexts; readonly name: string } | null {
  if (texts.payeeName !== '' && texts.payeeName !== name) return { field: 'payeeName', name: 'name' };
  if (texts.email !== '' && texts.email !== email) return { field: 'email', name: 'e-mail address' };
  if (wanted.rail !== null && wanted.rail !== destination.rail) return { field: 'rail', name: 'rail' };
  if (wanted.address !== null && ![destination.address, destination.federation].includes(wanted.address))
    return { field: 'address', name: 'address' };
  if (
    wanted.memo !== null &&
    (wanted.memo.type !== destination.memo?.type || wanted.memo.value !== destination.memo.value)
  ) {
    return { field: 'memo', name: 'memo' };
  }
  if (wanted.extraId !== null && wanted.extraId !== destination.extraId) return { field: 'extraId', name: 'extra id' };
  if (wanted.currency !== null && wanted.currency !== destination.currency)
    return { field: 'currency', name: 'currency' };
  return null;
}

function judgeStatement(
  reference: string,
  statement: KnownStatement | null,
  payee: KnownPayee | null,
  asset: KnownAsset | null,
  assets: AssetBook,
  problems: Problem[],
): void {
  if (!statement) problems.push(problem('statement.unknown', 'statement', { statement: reference }));
  else if (statement.payeeId !== payee?.id)
    problems.push(problem('statement.other_payee', 'statement', { statement: reference }));
  else if (asset && statement.assetId !== asset.id) {
    const code = assets.byId.get(statement.assetId)?.code ?? statement.assetId;
    problems.push(problem('statement.other_asset', 'statement', { statement: reference, asset: code }));
  }
}

function kept<T extends object | bigint>(value: T | Problem, problems: Problem[]): T | null {
  if (typeof value === 'object' && isProblem(value)) {
    problems.push(value);
    return null;
  }
  return value;
}

function sameName(a: string, b: string): boolean {
  const plain = (name: string) => name.normalize('NFKC').toLowerCase().replaceAll(/\s+/g, ' ');
  return a === b || plain(a) === plain(b);
}

export function shown(amountMinor: bigint, asset: KnownAsset): string {
  return formatDecimal(amountMinor, asset.scale);
}
