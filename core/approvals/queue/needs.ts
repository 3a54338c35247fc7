/** What each payout needs, in the form the queue is laid out by; the policy decides it. */
import type { StaffRecord } from '../../access/staff.ts';
import type { PolicyTerms } from '../../contract/policy-terms.ts';
import type { Role } from '../../contract/words.ts';
import type { PayoutRecord } from '../../payouts/repository.ts';
import type { Reader } from '../../store/tx.ts';
import { changesByItselfAtMs, decide, type PolicyFacts, whyNot } from '../policy/decide.ts';
import { factsOfEach } from '../policy/facts.ts';
import { type AssetNames, readAssetNames, ruleInWords } from '../policy/in-words.ts';
import { policyInForce } from '../policy/versions.ts';

/** People of whom some must approve. */
export interface Asked {
  readonly roles: readonly Role[];
  readonly groups: readonly string[];
  readonly exceptRoles: readonly Role[];
}

export interface NeededStep extends Asked {
  readonly approvals: number;
  /** False where who approved in an earlier step counts here as well. */
  readonly distinct: boolean;
}

export interface Need {
  readonly ruleInWords: string;
  /** One after the other. Empty where the policy lets nobody approve it. */
  readonly steps: readonly NeededStep[];
  /** Why nobody can approve it. */
  readonly refused: string | null;
  /** When time alone may have changed this. */
  readonly lookAgainAtMs: number | null;
}

/** By payout. */
export async function needsOf(
  reader: Reader,
  payouts: readonly PayoutRecord[],
  nowMs: number,
): Promise<ReadonlyMap<string, Need>> {
  const { terms } = await policyInForce(reader);
  const assets = await readAssetNames(reader);
  const facts = await factsOfEach(reader, payouts, nowMs);
  return new Map([...facts].map(([id, known]) => [id, needOf(terms, known, assets)]));
}

function needOf(terms: PolicyTerms, facts: PolicyFacts, assets: AssetNames): Need {
  const decision = decide(terms, facts);
  const lookAgainAtMs = changesByItselfAtMs(terms, facts);
  if (decision.outcome === 'asks') {
    const { steps } = decision.requirement;
    return { ruleInWords: ruleInWords(decision.rule, assets), steps, refused: null, lookAgainAtMs };
  }
  return { ruleInWords: '', steps: [], refused: whyNot(decision), lookAgainAtMs };
}

type Member = Pick<StaffRecord, 'status' | 'roles'> & { readonly groups?: readonly string[] };

export function isAskedBy(asked: Asked, person: Member): boolean {
  return (
    person.status === 'active' &&
    (asked.roles.some((role) => person.roles.includes(role)) ||
      asked.groups.some((group) => person.groups?.includes(group) ?? false)) &&
    !asked.exceptRoles.some((role) => person.roles.includes(role))
  );
}

/** How many of each step's approvals are in, when these people approved in this order. */
export function givenInSteps(steps: readonly NeededStep[], givers: readonly Member[]): readonly number[] {
  const counted = new Set<Member>();
  return steps.map((step) => {
    const here = givers.filter((giver) => isAskedBy(step, giver) && !(step.distinct && counted.has(giver)));
    const taken = here.slice(0, step.approvals);
    for (const giver of taken) counted.add(giver);
    return taken.length;
  });
}
