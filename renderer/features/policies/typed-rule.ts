/**
 * A rule as it is typed, and the rule that is meant. Nothing a rule can say is lost by opening and
 * saving it; what cannot be read is named, and nothing is rounded.
 */
import type { ApprovalStep, PolicyCondition, PolicyRule } from '../../../core/contract/index.ts';
import type { RailName } from '../../../core/contract/payees.ts';
import type { PaymentMethod, PayoutSource, ScreeningOutcome } from '../../../core/contract/policy-terms.ts';
import type { Role } from '../../../core/contract/words.ts';
import { amountText, minorOf, readAmount } from '../../ui/amount-text.ts';
import { tagsOf } from '../payees/tags.ts';

const HOUR_MS = 3_600_000;

export interface KnownAsset {
  readonly id: string;
  readonly code: string;
  readonly scale: number;
}

export type YesNoAny = 'any' | 'yes' | 'no';

export interface TypedRange {
  readonly assetId: string;
  readonly from: string;
  readonly below: string;
}

export interface TypedStep {
  readonly approvals: number;
  readonly roles: readonly Role[];
  readonly groups: readonly string[];
  readonly exceptRoles: readonly Role[];
  readonly distinct: boolean;
}

export interface TypedTest {
  readonly assetId: string;
  readonly upTo: string;
}

export interface TypedRule {
  readonly id: string;
  readonly name: string;
  readonly rails: readonly RailName[];
  readonly assets: readonly string[];
  readonly amounts: readonly TypedRange[];
  readonly tags: string;
  readonly youngerHours: string;
  readonly sources: readonly PayoutSource[];
  readonly methods: readonly PaymentMethod[];
  readonly screening: readonly ScreeningOutcome[];
  readonly lookAlike: YesNoAny;
  readonly firstPayment: YesNoAny;
  readonly outcome: 'ask' | 'deny';
  readonly reason: string;
  readonly steps: readonly TypedStep[];
  readonly validHours: string;
  readonly tests: readonly TypedTest[];
}

export const NEW_STEP: TypedStep = { approvals: 1, roles: ['approver'], groups: [], exceptRoles: [], distinct: true };

export const NEW_RULE: TypedRule = {
  id: '',
  name: '',
  rails: [],
  assets: [],
  amounts: [],
  tags: '',
  youngerHours: '',
  sources: [],
  methods: [],
  screening: [],
  lookAlike: 'any',
  firstPayment: 'any',
  outcome: 'ask',
  reason: '',
  steps: [NEW_STEP],
  validHours: '',
  tests: [],
};

function scaleOf(assets: readonly KnownAsset[], id: string): number | undefined {
  return assets.find((asset) => asset.id === id)?.scale;
}

function shown(minor: string | undefined, scale: number | undefined): string {
  if (minor === undefined) return '';
  // Of an asset this desk does not know, the minor units themselves are shown, and read again as they are.
  return amountText(minorOf(minor), scale ?? 0);
}

const yesNoAny = (value: boolean | undefined): YesNoAny => (value === undefined ? 'any' : value ? 'yes' : 'no');
const hours = (ms: number | undefined) => (ms === undefined ? '' : String(ms / HOUR_MS));

export function typedOf(rule: PolicyRule, assets: readonly KnownAsset[]): TypedRule {
  const { when, ask, deny } = rule;
  return {
    id: rule.id,
    name: rule.name,
    rails: when.rails ?? [],
    assets: when.assets ?? [],
    amounts: (when.amounts ?? []).map(({ assetId, fromMinor, belowMinor }) => ({
      assetId,
      from: shown(fromMinor, scaleOf(assets, assetId)),
      below: shown(belowMinor, scaleOf(assets, assetId)),
    })),
    tags: (when.payeeTags ?? []).join(', '),
    youngerHours: hours(when.destinationYoungerThanMs),
    sources: when.sources ?? [],
    methods: when.methods ?? [],
    screening: when.screening ?? [],
    lookAlike: yesNoAny(when.lookAlike),
    firstPayment: yesNoAny(when.firstPayment),
    outcome: deny ? 'deny' : 'ask',
    reason: deny?.reason ?? '',
    steps: (ask?.steps ?? [NEW_STEP]).map(({ approvals, roles, groups, exceptRoles, distinct }) => ({
      approvals,
      roles: roles ?? [],
      groups: groups ?? [],
      exceptRoles: exceptRoles ?? [],
      distinct: distinct ?? true,
    })),
    validHours: hours(ask?.validForMs),
    tests: (ask?.testPayment ?? []).map(({ assetId, upToMinor }) => ({
      assetId,
      upTo: shown(upToMinor, scaleOf(assets, assetId)),
    })),
  };
}

/** What is wrong with what was typed, by field. */
export type RuleProblem = 'name' | 'tags' | 'amounts' | 'youngerHours' | 'reason' | 'steps' | 'validHours' | 'tests';

export type ReadRule =
  | { readonly ok: true; readonly rule: PolicyRule }
  | { readonly ok: false; readonly problems: ReadonlySet<RuleProblem> };

/** The same id for the same rule; a new one is named after its name, apart from those that are taken. */
export function idFor(name: string, taken: readonly string[]): string {
  const plain = name
    .toLowerCase()
    .normalize('NFD')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 34);
  const base = plain === '' ? 'rule' : plain;
  let id = base;
  for (let at = 2; taken.includes(id); at += 1) id = `${base}-${at}`;
  return id;
}

export function readRule(typed: TypedRule, assets: readonly KnownAsset[], taken: readonly string[]): ReadRule {
  const problems = new Set<RuleProblem>();
  if (typed.name.trim() === '') problems.add('name');
  const when = readCondition(typed, assets, problems);
  const id = typed.id === '' ? idFor(typed.name, taken) : typed.id;
  const common = { id, name: typed.name.trim(), when };
  if (typed.outcome === 'deny') {
    if (typed.reason.trim() === '') problems.add('reason');
    if (problems.size > 0) return { ok: false, problems };
    return { ok: true, rule: { ...common, deny: { reason: typed.reason.trim() } } };
  }
  const validForMs = readHours(typed.validHours, 30 * 24);
  if (validForMs === null) problems.add('validHours');
  const testPayment = typed.tests.map(({ assetId, upTo }) => ({
    assetId,
    upToMinor: readMinor(upTo, assetId, assets),
  }));
  if (testPayment.some(({ upToMinor }) => upToMinor === undefined)) problems.add('tests');
  const steps = typed.steps.map(stepOf);
  if (steps.length === 0 || steps.some(({ roles, groups }) => roles === undefined && groups === undefined)) {
    problems.add('steps');
  }
  if (problems.size > 0) return { ok: false, problems };
  const ask = {
    steps,
    ...(validForMs === undefined ? {} : { validForMs }),
    ...(testPayment.length === 0 ? {} : { testPayment }),
  };
  return { ok: true, rule: { ...common, ask } as PolicyRule };
}

function stepOf({ approvals, roles, groups, exceptRoles, distinct }: TypedStep): ApprovalStep {
  return {
    approvals,
    ...(roles.length === 0 ? {} : { roles: [...roles] }),
    ...(groups.length === 0 ? {} : { groups: [...groups] }),
    ...(exceptRoles.length === 0 ? {} : { exceptRoles: [...exceptRoles] }),
    ...(distinct ? {} : { distinct: false }),
  };
}

function readCondition(typed: TypedRule, assets: readonly KnownAsset[], problems: Set<RuleProblem>): PolicyCondition {
  const younger = readHours(typed.youngerHours, 366 * 24);
  if (younger === null) problems.add('youngerHours');
  const amounts = typed.amounts.map(({ assetId, from, below }) => {
    const fromMinor = from.trim() === '' ? null : readMinor(from, assetId, assets);
    const belowMinor = below.trim() === '' ? null : readMinor(below, assetId, assets);
    const unread = fromMinor === undefined || belowMinor === undefined;
    if (unread || (fromMinor && belowMinor && minorOf(fromMinor) >= minorOf(belowMinor))) problems.add('amounts');
    return {
      assetId,
      ...(fromMinor ? { fromMinor } : {}),
      ...(belowMinor ? { belowMinor } : {}),
    };
  });
  const tags = tagsOf(typed.tags);
  if (tags === null) problems.add('tags');
  const condition = {
    ...(typed.rails.length === 0 ? {} : { rails: [...typed.rails] }),
    ...(typed.assets.length === 0 ? {} : { assets: [...typed.assets] }),
    ...(amounts.length === 0 ? {} : { amounts }),
    ...(tags === null || tags.length === 0 ? {} : { payeeTags: [...tags] }),
    ...(younger === undefined || younger === null ? {} : { destinationYoungerThanMs: younger }),
    ...(typed.sources.length === 0 ? {} : { sources: [...typed.sources] }),
    ...(typed.methods.length === 0 ? {} : { methods: [...typed.methods] }),
    ...(typed.screening.length === 0 ? {} : { screening: [...typed.screening] }),
    ...(typed.lookAlike === 'any' ? {} : { lookAlike: typed.lookAlike === 'yes' }),
    ...(typed.firstPayment === 'any' ? {} : { firstPayment: typed.firstPayment === 'yes' }),
  };
  return condition as PolicyCondition;
}

/** Undefined where nothing is typed, null where it is no whole number of hours in range. */
function readHours(typed: string, most: number): number | null | undefined {
  if (typed.trim() === '') return undefined;
  const count = /^\d{1,5}$/.test(typed.trim()) ? Number(typed) : 0;
  return count >= 1 && count <= most ? count * HOUR_MS : null;
}

function readMinor(typed: string, assetId: string, assets: readonly KnownAsset[]): string | undefined {
  const read = readAmount(typed, scaleOf(assets, assetId) ?? 0);
  return read.ok && read.minor > 0n ? read.minor.toString() : undefined;
}
