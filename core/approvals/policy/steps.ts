/** How far a payout has come through its steps, and whether there are people who could take the rest. */
import type { Role } from '../../contract/words.ts';
import type { AskedStep } from './decide.ts';

export interface Eligible {
  readonly id: string;
  readonly status: 'active' | 'left';
  readonly roles: readonly Role[];
  readonly groups: readonly string[];
}

/** Whether this person is one of those whom the step asks. */
export function isAsked(step: AskedStep, person: Eligible): boolean {
  return (
    person.status === 'active' &&
    (step.roles.some((role) => person.roles.includes(role)) ||
      step.groups.some((group) => person.groups.includes(group))) &&
    !step.exceptRoles.some((role) => person.roles.includes(role))
  );
}

/** An approval that was found valid, with the step it was given for. */
export interface StepApproval {
  readonly person: Eligible;
  /** From 0. */
  readonly step: number;
  readonly statedAtMs: number;
}

export interface Progress<A extends StepApproval> {
  /** How many approvals each step has. */
  readonly given: readonly number[];
  /** The step that is asked now, from 0; null when all of them are done. */
  readonly next: number | null;
  /** Those that count. Another was given for a step before its time, by somebody not asked, or after another of theirs. */
  readonly counted: ReadonlySet<A>;
}

/**
 * Goes through the steps in their order. An approval counts for the step it names, and only when it
 * was made after the steps before were done: each step sees what the earlier ones decided.
 */
export function progressOf<A extends StepApproval>(steps: readonly AskedStep[], approvals: readonly A[]): Progress<A> {
  const inTime = [...approvals].sort((a, b) => a.statedAtMs - b.statedAtMs);
  const counted = new Set<A>();
  const people = new Map<string, Eligible>();
  const given: number[] = [];
  let next: number | null = null;
  let doneAtMs = 0;
  for (const [place, step] of steps.entries()) {
    const earlier = step.distinct ? 0 : [...people.values()].filter((person) => isAsked(step, person)).length;
    const here: A[] = [];
    for (const approval of next === null ? inTime : []) {
      const { person, statedAtMs } = approval;
      if (approval.step !== place || statedAtMs < doneAtMs || people.has(person.id) || !isAsked(step, person)) continue;
      people.set(person.id, person);
      counted.add(approval);
      here.push(approval);
    }
    given.push(earlier + here.length);
    if (next === null && earlier + here.length < step.approvals) next = place;
    doneAtMs = here[step.approvals - earlier - 1]?.statedAtMs ?? doneAtMs;
  }
  return { given, next, counted };
}

/** Whether the steps from `progress` on can be taken by these people, each of them once. */
export function canBeTaken(
  steps: readonly AskedStep[],
  given: readonly number[],
  people: readonly Eligible[],
): boolean {
  const openings: Eligible[][] = [];
  for (const [place, step] of steps.entries()) {
    const missing = step.approvals - (given[place] ?? 0);
    if (missing <= 0) continue;
    const asked = people.filter((person) => isAsked(step, person));
    // Who approved an earlier step counts here too, so nobody is used up.
    if (!step.distinct && place > 0) {
      if (asked.length < missing) return false;
      continue;
    }
    for (let one = 0; one < missing; one += 1) openings.push(asked);
  }
  return seatsEverybody(openings);
}

/** Finds each opening a person of its own, moving others where that makes room. */
function seatsEverybody(openings: readonly (readonly Eligible[])[]): boolean {
  const seatOf = new Map<string, number>();
  const seat = (opening: number, tried: Set<string>): boolean =>
    (openings[opening] ?? []).some(({ id }) => {
      if (tried.has(id)) return false;
      tried.add(id);
      const taken = seatOf.get(id);
      if (taken !== undefined && !seat(taken, tried)) return false;
      seatOf.set(id, opening);
      return true;
    });
  return openings.every((_, opening) => seat(opening, new Set()));
}
