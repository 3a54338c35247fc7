/**
 * What the rules mean, said a second time and more simply, from what was seen to happen: who asked
 * for what, who approved it when and under which policy. It shares no code with the program, and is
 * asked of each payment whether it may have been made.
 */
export interface ModelStep {
  readonly approvals: number;
  readonly roles: readonly string[];
  readonly except: readonly string[];
}

export interface ModelRule {
  /** Dollars in minor units; the larger of the payout and the sums of a day. */
  readonly from: bigint;
  readonly source: 'person' | 'file' | null;
  readonly tag: string | null;
  readonly first: boolean | null;
  /** Null: it denies. */
  readonly steps: readonly ModelStep[] | null;
}

export interface ModelFacts {
  readonly amount: bigint;
  readonly toPayee: bigint;
  readonly source: string;
  readonly tags: readonly string[];
  readonly neverPaid: boolean;
}

export interface ModelApproval {
  readonly by: string;
  readonly atMs: number;
  readonly revision: number;
  readonly facts: ModelFacts;
  readonly rules: readonly ModelRule[];
  taken: boolean;
}

export interface ModelPayout {
  readonly payee: string;
  readonly source: string;
  readonly askers: Set<string>;
  amount: bigint;
  revision: number;
  status: string;
  paidAtMs: number | null;
  readonly approvals: ModelApproval[];
}

const HOURS = 3_600_000;

export class Model {
  readonly payouts = new Map<string, ModelPayout>();
  /** Roles of those who are on staff. */
  readonly staff = new Map<string, readonly string[]>();
  readonly tags = new Map<string, readonly string[]>();
  rules: readonly ModelRule[];

  constructor(rules: readonly ModelRule[]) {
    this.rules = rules;
  }

  factsOf(id: string, atMs: number): ModelFacts {
    const payout = this.#payout(id);
    const toPayee = [...this.payouts.values()]
      .filter(({ payee }) => payee === payout.payee)
      .filter(
        ({ status, paidAtMs }) =>
          ['pending', 'approved', 'processing', 'quarantined'].includes(status) ||
          (status === 'completed' && paidAtMs !== null && atMs - paidAtMs < 24 * HOURS),
      )
      .reduce((sum, { amount }) => sum + amount, 0n);
    return {
      amount: payout.amount,
      toPayee,
      source: payout.source,
      tags: this.tags.get(payout.payee) ?? [],
      neverPaid: ![...this.payouts.values()].some((one) => one.payee === payout.payee && one.status === 'completed'),
    };
  }

  approved(id: string, by: string, atMs: number): void {
    const payout = this.#payout(id);
    const facts = this.factsOf(id, atMs);
    payout.approvals.push({ by, atMs, revision: payout.revision, facts, rules: this.rules, taken: false });
  }

  /** Null when the payment was in order; otherwise what is wrong with it. */
  whatIsWrong(id: string, atMs: number): string | null {
    const payout = this.#payout(id);
    const counting = payout.approvals.filter(
      (approval) =>
        approval.revision === payout.revision &&
        !approval.taken &&
        atMs < approval.atMs + 72 * HOURS &&
        this.staff.has(approval.by) &&
        !payout.askers.has(approval.by),
    );
    const byRule = Map.groupBy(counting, ({ facts }) => stepsText(stepsFor(this.rules, facts)));
    const ways = [...byRule].map(([text, approvals]) => this.#whatIsMissing(text, approvals));
    if (ways.some((missing) => missing === null)) return null;
    return ways.join('; ') || 'nobody whose approval counts';
  }

  #whatIsMissing(text: string, approvals: readonly ModelApproval[]): string | null {
    const steps = JSON.parse(text) as readonly ModelStep[] | null;
    if (steps === null) return 'the policy asks nobody';
    // Given for what was asked then; what was asked then has to be what is asked now.
    const same = approvals.filter(({ rules, facts }) => stepsText(stepsFor(rules, facts)) === text);
    const people = new Set<string>();
    const left = [...same].sort((a, b) => a.atMs - b.atMs);
    for (const [place, step] of steps.entries()) {
      let missing = step.approvals;
      while (missing > 0) {
        const next = left.findIndex(({ by }) => !people.has(by) && this.#isAsked(step, by));
        const [approval] = next === -1 ? [] : left.splice(next, 1);
        if (!approval) return `step ${place} lacks ${missing} of ${step.approvals}`;
        people.add(approval.by);
        missing -= 1;
      }
    }
    return null;
  }

  #isAsked({ roles, except }: ModelStep, person: string): boolean {
    const has = this.staff.get(person) ?? [];
    return roles.some((role) => has.includes(role)) && !except.some((role) => has.includes(role));
  }

  #payout(id: string): ModelPayout {
    const payout = this.payouts.get(id);
    if (!payout) throw new Error(`The model knows no payout ${id}`);
    return payout;
  }
}

function stepsFor(rules: readonly ModelRule[], facts: ModelFacts): readonly ModelStep[] | null {
  for (const { from, source, tag, first, steps } of rules) {
    const most = facts.toPayee > facts.amount ? facts.toPayee : facts.amount;
    if (most < from) continue;
    if (source !== null && source !== facts.source) continue;
    if (tag !== null && !facts.tags.includes(tag)) continue;
    if (first !== null && first !== facts.neverPaid) continue;
    return steps;
  }
  return null;
}

function stepsText(steps: readonly ModelStep[] | null): string {
  return JSON.stringify(
    steps?.map(({ approvals, roles, except }) => ({
      approvals,
      roles: [...roles].sort(),
      except: [...except].sort(),
    })) ?? null,
  );
}
