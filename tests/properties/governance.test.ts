/**
 * Whatever people do, in whatever order: the tables show what the chain says, every act in it was
 * signed by as many admins as a model of our own counts, and one who is no admin never counted.
 */
import fc from 'fast-check';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { proposeKey, proposePerson } from '../../core/access/propose.ts';
import { activeStaff } from '../../core/access/staff.ts';
import type { Signed } from '../../core/access/trust/chain.ts';
import { trustProblems } from '../../core/access/trust/tables-check.ts';
import { trustOf } from '../../core/access/trust/trust.ts';
import type { GovernanceTerms } from '../../core/contract/governance.ts';
import type { Role } from '../../core/contract/index.ts';
import { Refusal } from '../../core/errors/refusal.ts';
import { govern } from '../support/enrol.ts';
import { forEachStore } from '../support/stores.ts';
import { type Person, type TestTreasury, testCredentials, testTreasury } from '../support/treasury.ts';

const ROLE_SETS: readonly Role[][] = [['admin'], ['approver'], ['admin', 'approver'], ['operator', 'auditor']];
const index = fc.nat({ max: 5 });

const step = fc.oneof(
  fc.record({ what: fc.constant('add' as const), by: index, roles: fc.constantFrom(...ROLE_SETS) }),
  fc.record({ what: fc.constant('roles' as const), by: index, whom: index, roles: fc.constantFrom(...ROLE_SETS) }),
  fc.record({ what: fc.constant('leave' as const), by: index, whom: index }),
  fc.record({ what: fc.constant('key' as const), by: index, whom: index }),
  fc.record({ what: fc.constant('setting' as const), by: index, value: fc.nat({ max: 3 }) }),
  /** Somebody signs what waits, oldest or newest. */
  fc.record({ what: fc.constant('sign' as const), by: index, place: fc.nat({ max: 4 }) }),
  fc.record({ what: fc.constant('wait' as const), hours: fc.integer({ min: 1, max: 80 }) }),
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

class Troupe {
  readonly people: Person[];
  readonly keys = new Map<string, ReturnType<typeof testCredentials>>();
  readonly proposed: GovernanceTerms[] = [];
  readonly t: TestTreasury;
  #names = 0;

  constructor(t: TestTreasury) {
    this.t = t;
    this.people = [t.ada];
  }

  async play(one: Step): Promise<void> {
    if (one.what === 'wait') {
      this.t.clock.advance(one.hours * 3_600_000);
      return;
    }
    const by = this.#pick(one.by);
    try {
      const terms = await this.#termsOf(one, by);
      if (!terms) return;
      if (one.what !== 'sign') this.proposed.push(terms);
      const { complete } = await this.t.as(by.actor, (work) => govern(work, by.privateKey, terms), 'act.sign');
      if (complete) await this.#follow(terms);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
    }
  }

  async #termsOf(one: Exclude<Step, { what: 'wait' }>, by: Person): Promise<GovernanceTerms | undefined> {
    switch (one.what) {
      case 'add': {
        const keys = testCredentials();
        this.keys.set(keys.credentials.publicKey, keys);
        this.#names += 1;
        const newcomer = { name: `Person ${this.#names}`, roles: one.roles, credentials: keys.credentials };
        return (await this.t.as(by.actor, (work) => proposePerson(work, newcomer))).terms;
      }
      case 'roles':
        return { kind: 'staff_roles', staffId: this.#pick(one.whom).staff.id, roles: [...one.roles], groups: [] };
      case 'leave':
        return { kind: 'staff_leave', staffId: this.#pick(one.whom).staff.id, reason: 'Leaves.' };
      case 'key': {
        const keys = testCredentials();
        this.keys.set(keys.credentials.publicKey, keys);
        const asked = { staffId: this.#pick(one.whom).staff.id, credentials: keys.credentials, reason: 'Lost.' };
        return (await this.t.as(by.actor, (work) => proposeKey(work, asked))).terms;
      }
      case 'setting':
        return { kind: 'setting', setting: { name: 'cool_off_ms', value: one.value } };
      case 'sign':
        return this.proposed.at(-1 - one.place);
    }
  }

  /** Whoever got a key, or a new one, has it in their hands. */
  async #follow(terms: GovernanceTerms): Promise<void> {
    if (terms.kind !== 'staff_add' && terms.kind !== 'staff_key') return;
    const keys = this.keys.get(terms.publicKey);
    if (!keys) throw new Error('A key was made before it was proposed');
    const staff = await activeStaff(this.t.treasury.writer, terms.staffId);
    const person: Person = {
      staff,
      ...keys,
      actor: { kind: 'staff', id: staff.id, name: staff.name, roles: staff.roles },
    };
    const at = this.people.findIndex((known) => known.staff.id === staff.id);
    if (at === -1) this.people.push(person);
    else this.people[at] = person;
  }

  #pick(place: number): Person {
    return this.people[place % this.people.length] ?? this.t.ada;
  }
}

/** Walks the done acts with a model that knows only who is an admin. */
async function admissible(t: TestTreasury): Promise<number> {
  const rows = await t.treasury.writer.rows<{ terms: string; signatures: string }>(
    sql`select terms, signatures from trust_acts order by seq`,
  );
  const admins = new Set<string>([t.ada.staff.id]);
  let needed = 1;
  for (const { terms: text, signatures } of rows) {
    const terms = JSON.parse(text) as GovernanceTerms;
    const signers = (JSON.parse(signatures) as Signed[]).map(
      ({ statement }) => JSON.parse(statement).signer.id as string,
    );
    expect(new Set(signers).size).toBe(signers.length);
    expect(signers.every((id) => admins.has(id))).toBe(true);
    expect(signers.length).toBeGreaterThanOrEqual(needed);
    if (terms.kind === 'staff_add' || terms.kind === 'staff_roles') {
      if (terms.roles.includes('admin')) admins.add(terms.staffId);
      else admins.delete(terms.staffId);
    }
    if (terms.kind === 'staff_leave') admins.delete(terms.staffId);
    expect(admins.size).toBeGreaterThan(0);
    if (admins.size >= 2) needed = 2;
  }
  return rows.length;
}

forEachStore((name, open) => {
  const numRuns = name === 'sqlite' ? 40 : 6;

  describe('random governance by random people', () => {
    it('leaves tables that show what the chain says, and no act with too few signatures', async () => {
      let done = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30 }), async (steps) => {
          const t = await testTreasury(await open());
          const troupe = new Troupe(t);
          for (const one of steps) await troupe.play(one);
          expect(await trustProblems(t.treasury.writer)).toEqual([]);
          expect((await trustOf(t.treasury.writer)).problems).toEqual([]);
          done += await admissible(t);
        }),
        { numRuns },
      );
      expect(done).toBeGreaterThan(numRuns * 2);
    }, 120_000);
  });
});
