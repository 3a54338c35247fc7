/** What the rules say about a payout, from facts alone: the same facts, the same decision, for ever. */

import { canonical } from '../../canonical/canonical.ts';
import type { RailName } from '../../contract/payees.ts';
import type {
  ApprovalAsk,
  ApprovalStep,
  PaymentMethod,
  PayoutSource,
  PolicyCondition,
  PolicyRule,
  PolicyTerms,
  ScreeningOutcome,
} from '../../contract/policy-terms.ts';
import type { Role } from '../../contract/words.ts';

/** Everything that rules can ask about. Frozen into what is signed. */
export interface PolicyFacts {
  readonly rail: RailName;
  readonly method: PaymentMethod;
  readonly assetId: string;
  readonly amountMinor: bigint;
  /** What goes to this payee, and to this address, within 24 hours, this payout included. */
  readonly toPayeeMinor: bigint;
  readonly toAddressMinor: bigint;
  readonly payeeTags: readonly string[];
  readonly destinationConfirmedAtMs: number | null;
  readonly source: PayoutSource;
  readonly screening: ScreeningOutcome;
  readonly lookAlike: boolean;
  readonly firstPayment: boolean;
  /** The moment that the facts are of. */
  readonly atMs: number;
}

/** A step with nothing left out: two steps that ask the same are the same text. */
export interface AskedStep {
  readonly approvals: number;
  readonly roles: readonly Role[];
  readonly groups: readonly string[];
  readonly exceptRoles: readonly Role[];
  readonly distinct: boolean;
}

/** What has to be done before the payout is approved. Approvals name it whole. */
export interface Requirement {
  readonly steps: readonly AskedStep[];
  readonly validForMs: number;
}

export type Decision =
  | {
      readonly outcome: 'asks';
      readonly rule: PolicyRule;
      readonly ask: ApprovalAsk;
      readonly requirement: Requirement;
    }
  | { readonly outcome: 'denied'; readonly rule: PolicyRule; readonly reason: string }
  | { readonly outcome: 'no_match' };

export const APPROVAL_VALID_MS = 72 * 60 * 60 * 1000;

/** The first rule that matches decides. */
export function decide(terms: Pick<PolicyTerms, 'rules'>, facts: PolicyFacts): Decision {
  const rule = terms.rules.find(({ when }) => matches(when, facts));
  if (!rule) return { outcome: 'no_match' };
  if (rule.deny) return { outcome: 'denied', rule, reason: rule.deny.reason };
  if (!rule.ask) throw new Error(`Rule ${rule.id} neither asks nor denies`);
  return { outcome: 'asks', rule, ask: rule.ask, requirement: requirementOf(rule.ask) };
}

export function requirementOf(ask: ApprovalAsk): Requirement {
  return { steps: ask.steps.map(askedStep), validForMs: ask.validForMs ?? APPROVAL_VALID_MS };
}

function askedStep({ approvals, roles, groups, exceptRoles, distinct }: ApprovalStep): AskedStep {
  return {
    approvals,
    roles: inOrder(roles),
    groups: inOrder(groups),
    exceptRoles: inOrder(exceptRoles),
    distinct: distinct ?? true,
  };
}

function inOrder<T extends string>(names: readonly T[] | undefined): readonly T[] {
  return [...new Set(names)].sort();
}

export function sameRequirement(a: Requirement, b: Requirement): boolean {
  return canonical(a as never) === canonical(b as never);
}

/** The amount that rules are asked about: splitting a payment in ten does not make it smaller. */
export function decidingMinor({ amountMinor, toPayeeMinor, toAddressMinor }: PolicyFacts): bigint {
  return [toPayeeMinor, toAddressMinor].reduce((most, sum) => (sum > most ? sum : most), amountMinor);
}

export function matches(when: PolicyCondition, facts: PolicyFacts): boolean {
  return (
    (when.rails?.includes(facts.rail) ?? true) &&
    (when.assets?.some((id) => id === facts.assetId) ?? true) &&
    (when.amounts === undefined || isWithin(when.amounts, facts)) &&
    (when.payeeTags?.some((tag) => facts.payeeTags.includes(tag)) ?? true) &&
    (when.destinationYoungerThanMs === undefined || isYounger(facts, when.destinationYoungerThanMs)) &&
    (when.methods?.includes(facts.method) ?? true) &&
    (when.sources?.includes(facts.source) ?? true) &&
    (when.screening?.includes(facts.screening) ?? true) &&
    (when.lookAlike === undefined || when.lookAlike === facts.lookAlike) &&
    (when.firstPayment === undefined || when.firstPayment === facts.firstPayment)
  );
}

function isWithin(ranges: NonNullable<PolicyCondition['amounts']>, facts: PolicyFacts): boolean {
  const minor = decidingMinor(facts);
  return ranges.some(
    ({ assetId, fromMinor, belowMinor }) =>
      assetId === facts.assetId &&
      (fromMinor === undefined || minor >= BigInt(fromMinor)) &&
      (belowMinor === undefined || minor < BigInt(belowMinor)),
  );
}

/** One that nobody has confirmed has no age at all. */
function isYounger({ destinationConfirmedAtMs, atMs }: PolicyFacts, ageMs: number): boolean {
  return destinationConfirmedAtMs === null || atMs - destinationConfirmedAtMs < ageMs;
}

/** Why nobody is asked to approve it. */
export function whyNot(decision: Exclude<Decision, { outcome: 'asks' }>): string {
  return decision.outcome === 'no_match'
    ? 'No rule of the approval policy covers it.'
    : `The rule “${decision.rule.name}” forbids it: ${decision.reason}`;
}

/**
 * When another rule may decide though nothing happens: a destination comes of age, or a sum that
 * rules ask about is another one.
 */
export function changesByItselfAtMs(
  { rules }: Pick<PolicyTerms, 'rules'>,
  { destinationConfirmedAtMs: confirmedAtMs, atMs }: PolicyFacts,
  sumsChangeAtMs: number | null,
): number | null {
  const moments = rules.flatMap(({ when: { destinationYoungerThanMs, amounts } }) => [
    ...(destinationYoungerThanMs !== undefined && confirmedAtMs !== null
      ? [confirmedAtMs + destinationYoungerThanMs]
      : []),
    ...(amounts && sumsChangeAtMs !== null ? [sumsChangeAtMs] : []),
  ]);
  const coming = moments.filter((moment) => moment > atMs);
  return coming.length === 0 ? null : Math.min(...coming);
}
