/** Whatever people do in whatever order: nothing is paid without the approvals that the policy in force asks for. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expireApprovals } from '../../../../core/approvals/expire.ts';
import { policyBelieved } from '../../../../core/approvals/policy/versions.ts';
import { withdrawApproval } from '../../../../core/approvals/withdraw.ts';
import type { PolicyRule, PolicyTerms, Role } from '../../../../core/contract/index.ts';
import { Refusal } from '../../../../core/errors/refusal.ts';
import { brokenInvariants } from '../../../../core/ledger/invariants.ts';
import type { PayeeRecord } from '../../../../core/payees/payees.ts';
import { updatePayee } from '../../../../core/payees/upkeep.ts';
import { drivePayouts } from '../../../../core/payouts/drive.ts';
import { cancelPayout, editPayout } from '../../../../core/payouts/life.ts';
import { getPayout } from '../../../../core/payouts/repository.ts';
import type { Actor } from '../../../../core/store/command.ts';
import { scriptedProvider } from '../../../support/scripted-provider.ts';
import { forEachStore, type OpenStore } from '../../../support/stores.ts';
import { type Person, testTreasury, USD } from '../../../support/treasury.ts';
import { Model, type ModelRule } from './model.ts';

const SEED = 20_261_120;
const robot: Actor = { kind: 'job', id: 'job:pay', name: 'pay', roles: [] };
const ORIGIN = { host: 'test', ip: null, userAgent: null, correlationId: 'test' };
const PEOPLE = 4;
const PAYEES = 2;

const roles = fc.uniqueArray(fc.constantFrom<Role>('operator', 'approver', 'controller'), { minLength: 1 });
const step = fc.record({
  approvals: fc.integer({ min: 1, max: 2 }),
  roles: fc.uniqueArray(fc.constantFrom<Role>('approver', 'controller'), { minLength: 1 }),
  except: fc.constantFrom<Role[]>([], [], [], ['admin']),
});
const rule: fc.Arbitrary<ModelRule> = fc.record({
  from: fc.constantFrom(0n, 0n, 10_000n, 20_000n, 40_000n),
  source: fc.constantFrom(null, null, null, 'person', 'file'),
  tag: fc.constantFrom(null, null, null, 'gold'),
  first: fc.constantFrom(null, null, null, true, false),
  steps: fc.oneof(
    { weight: 9, arbitrary: fc.array(step, { minLength: 1, maxLength: 2 }) },
    { weight: 1, arbitrary: fc.constant(null) },
  ),
});
/** Most end with a rule about everything, or little would ever be paid. */
const LAST: ModelRule = {
  from: 0n,
  source: null,
  tag: null,
  first: null,
  steps: [{ approvals: 1, roles: ['approver', 'controller'], except: [] }],
};
const policy = fc
  .tuple(fc.array(rule, { minLength: 1, maxLength: 3 }), fc.integer({ min: 0, max: 4 }))
  .map(([rules, ends]): readonly ModelRule[] => (ends === 0 ? rules : [...rules, LAST]));

const who = fc.nat(PEOPLE - 1);
const what = fc.nat(7);
const amount = fc.constantFrom(4_000n, 9_000n, 15_000n, 30_000n);
const action = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('request' as const),
      who,
      payee: fc.nat(PAYEES - 1),
      amount,
      file: fc.boolean(),
    }),
  },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('approve' as const), who, what }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('crowd' as const), what }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('pay' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('edit' as const), who, what, amount }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('withdraw' as const), who, what }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cancel' as const), who, what }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('leave' as const), who }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('roles' as const), who, roles }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('policy' as const), policy }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('tag' as const), payee: fc.nat(PAYEES - 1), gold: fc.boolean() }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('wait' as const), hours: fc.constantFrom(1, 12, 25, 71, 73) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('expire' as const) }) },
);
type Action = typeof action extends fc.Arbitrary<infer A> ? A : never;

function termsOf(rules: readonly ModelRule[]): PolicyTerms {
  return {
    limits: [],
    separateSigner: false,
    rules: rules.map(({ from, source, tag, first, steps }, place): PolicyRule => {
      const when = {
        ...(from > 0n ? { amounts: [{ assetId: USD, fromMinor: from.toString() }] } : {}),
        ...(source === null ? {} : { sources: [source] }),
        ...(tag === null ? {} : { payeeTags: [tag] }),
        ...(first === null ? {} : { firstPayment: first }),
      };
      const name = { id: `rule-${place}`, name: `Rule ${place}`, when };
      if (steps === null) return { ...name, deny: { reason: 'Not this.' } };
      return {
        ...name,
        ask: {
          steps: steps.map(({ approvals, roles, except }) => ({
            approvals,
            roles: [...roles] as Role[],
            ...(except.length === 0 ? {} : { exceptRoles: [...except] as Role[] }),
          })),
        },
      };
    }),
  };
}

interface Tally {
  paid: number;
  refused: number;
}

/** One run: a new treasury, a random policy and staff, and a history. */
async function play(
  open: OpenStore,
  first: readonly Role[][],
  actions: readonly Action[],
  tally: Tally,
): Promise<void> {
  const writer = await open();
  const t = await testTreasury(writer);
  const model = new Model([{ ...LAST, steps: [{ approvals: 1, roles: ['approver'], except: [] }] }]);
  model.staff.set(t.ada.staff.id, t.ada.staff.roles);
  const people: Person[] = [];
  for (const [place, their] of first.entries()) {
    const person = await t.addPerson(`Person ${place}`, their);
    people.push(person);
    model.staff.set(person.staff.id, their);
  }
  const payees: PayeeRecord[] = [];
  for (let place = 0; place < PAYEES; place += 1) payees.push(await t.addPayee(`Payee ${place}`));
  await t.fund(1_000_000_000n);
  const provider = scriptedProvider();
  const ids: string[] = [];
  const person = (place: number) => people[place] ?? t.ada;

  async function look(): Promise<void> {
    for (const id of ids) {
      const { status, processedAtMs, revision, amountMinor } = await getPayout(writer, id);
      const known = model.payouts.get(id);
      if (known)
        Object.assign(known, { status, paidAtMs: processedAtMs, revision: Number(revision), amount: amountMinor });
    }
  }

  async function approve(by: Person, id: string | undefined): Promise<void> {
    if (id === undefined) return;
    await look();
    const atMs = t.clock.nowMs();
    await t.approve(by, id);
    model.approved(id, by.staff.id, atMs);
  }

  async function orRefused(act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      tally.refused += 1;
    }
  }

  const done: { readonly [K in Action['kind']]: (one: Extract<Action, { readonly kind: K }>) => Promise<void> } = {
    async request({ who: by, payee: place, amount: amountMinor, file }) {
      const payee = payees[place];
      if (!payee) return;
      const source = file ? 'file' : 'person';
      const { id } = await t.request(person(by), payee, { amountMinor, source });
      ids.push(id);
      const askers = new Set([person(by).staff.id as string]);
      model.payouts.set(id, {
        payee: payee.id,
        source,
        askers,
        amount: amountMinor,
        revision: 1,
        status: 'pending',
        paidAtMs: null,
        approvals: [],
      });
    },
    async approve({ who: by, what: place }) {
      await approve(person(by), ids[place % Math.max(1, ids.length)]);
    },
    async crowd({ what: place }) {
      const id = ids[place % Math.max(1, ids.length)];
      for (const one of people) await orRefused(() => approve(one, id));
    },
    async pay() {
      await look();
      const before = new Set(provider.paid().map(({ payoutId }) => payoutId));
      await drivePayouts({ treasury: t.treasury, actor: robot, provider });
      for (const { payoutId } of provider.paid()) {
        if (before.has(payoutId)) continue;
        tally.paid += 1;
        expect(model.whatIsWrong(payoutId, t.clock.nowMs()), `payout ${payoutId} was paid`).toBeNull();
      }
    },
    async edit({ who: by, what: place, amount: amountMinor }) {
      const id = ids[place % Math.max(1, ids.length)];
      if (id === undefined) return;
      const { version } = await getPayout(writer, id);
      await t.as(person(by).actor, (work) => editPayout(work, { id, version: Number(version), amountMinor }));
      model.payouts.get(id)?.askers.add(person(by).staff.id);
    },
    async withdraw({ who: by, what: place }) {
      const id = ids[place % Math.max(1, ids.length)];
      if (id === undefined) return;
      await t.as(person(by).actor, (work) => withdrawApproval(work, { id, reason: 'Not sure.' }));
      for (const approval of model.payouts.get(id)?.approvals ?? []) {
        if (approval.by === person(by).staff.id) approval.taken = true;
      }
    },
    async cancel({ who: by, what: place }) {
      const id = ids[place % Math.max(1, ids.length)];
      if (id !== undefined) await t.as(person(by).actor, (work) => cancelPayout(work, { id, reason: 'Not needed.' }));
    },
    async leave({ who: by }) {
      const staffId = person(by).staff.id;
      await t.govern({ kind: 'staff_leave', staffId, reason: 'Left.' });
      model.staff.delete(staffId);
    },
    async roles({ who: by, roles: now }) {
      const staffId = person(by).staff.id;
      await t.govern({ kind: 'staff_roles', staffId, roles: now, groups: [] });
      model.staff.set(staffId, now);
    },
    async policy({ policy: rules }) {
      const { version } = await policyBelieved(writer);
      await t.govern({ kind: 'policy', baseVersion: Number(version), terms: termsOf(rules), reason: 'Another.' });
      model.rules = rules;
    },
    async tag({ payee: place, gold }) {
      const payee = payees[place];
      if (!payee) return;
      const tags = gold ? ['gold'] : [];
      await t.as(t.ada.actor, (work) => updatePayee(work, { id: payee.id, tags }));
      model.tags.set(payee.id, tags);
    },
    async wait({ hours }) {
      t.clock.advance(hours * 3_600_000);
    },
    async expire() {
      await expireApprovals({ treasury: t.treasury, actor: robot, action: 'approval.expire', origin: ORIGIN });
    },
  };

  for (const one of actions) await orRefused(() => (done[one.kind] as (one: Action) => Promise<void>)(one));
  expect(await brokenInvariants(writer)).toEqual([]);
}

forEachStore((name, open) => {
  describe('random policies, people and histories', () => {
    it('pay nothing without the approvals that the policy in force asks for', async () => {
      const tally: Tally = { paid: 0, refused: 0 };
      await fc.assert(
        fc.asyncProperty(
          fc.array(roles, { minLength: PEOPLE, maxLength: PEOPLE }),
          fc.array(action, { minLength: 20, maxLength: 60, size: 'max' }),
          (first, actions) => play(open, first, actions, tally),
        ),
        { seed: SEED, numRuns: name === 'sqlite' ? 60 : 12, interruptAfterTimeLimit: 120_000 },
      );
      // A history in which nothing is ever paid, or nothing ever refused, proves nothing.
      expect(tally.paid).toBeGreaterThan(name === 'sqlite' ? 25 : 3);
      expect(tally.refused).toBeGreaterThan(100);
    }, 240_000);
  });
});
