/**
 * The moment in which a code is given, while somebody else is changing what it would release: whoever is
 * first is written down whole before the other one looks.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterEach, describe, expect, it } from 'vitest';
import { policyBelieved } from '../../../../core/approvals/policy/versions.ts';
import type { Role } from '../../../../core/contract/words.ts';
import { getPayee } from '../../../../core/payees/payees.ts';
import { recordScreenings } from '../../../../core/payees/screening.ts';
import { releaseBatch } from '../../../../core/payouts/batches/release.ts';
import { freeze } from '../../../../core/payouts/freezes.ts';
import { transition } from '../../../../core/payouts/machine.ts';
import { getPayout } from '../../../../core/payouts/repository.ts';
import type { PayoutBatches } from '../../../../core/rails/provider.ts';
import type { Work } from '../../../../core/store/command.ts';
import type { Dialect } from '../../../../core/store/tx.ts';
import { batchTreasury } from '../../../support/batch-treasury.ts';
import { govern } from '../../../support/enrol.ts';
import { anyNeeds } from '../../../support/policy.ts';
import { forEachStore } from '../../../support/stores.ts';
import type { Person } from '../../../support/treasury.ts';

const ORIGIN = { host: 'test', ip: null, userAgent: null, correlationId: 'test' };
const RIGHT = '123456';
const WRONG = '000000';

type At = Awaited<ReturnType<typeof batchTreasury>>;

const worlds: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});

type Change = (at: At, work: Work, payoutId: string) => Promise<unknown>;

/** What only holds a batch up, and how it is undone. */
const HOLDING: readonly { readonly code: string; readonly change: Change; readonly undo: Change }[] = [
  {
    code: 'payout.frozen',
    change: (_at, work) => freeze(work, { scope: 'vault', target: '', reason: 'A call from our bank' }),
    undo: (_at, { tx }) => tx.run(sql`update freezes set lifted_at_ms = 1`),
  },
  {
    code: 'vault.fenced',
    change: (_at, { tx }) => tx.run(sql`update vault set fenced_at_ms = 1, fence_reason = 'A copy'`),
    undo: (_at, { tx }) => tx.run(sql`update vault set fenced_at_ms = null, fence_reason = null`),
  },
  {
    code: 'screening.hit',
    change: async (_at, work, id) => {
      const payee = await getPayee(work.tx, (await getPayout(work.tx, id)).payeeId);
      const hit = { status: 'hit', list: 'A list', listHash: '00', match: payee.name, atMs: work.nowMs } as const;
      return recordScreenings(work, [payee], [], new Map([[JSON.stringify(['name', payee.name]), hit]]));
    },
    undo: (_at, { tx }) => tx.run(sql`delete from screenings`),
  },
  {
    code: 'access.forbidden',
    change: (at, work) => rolesOfBo(at, work, ['approver']),
    undo: (at, work) => rolesOfBo(at, work, ['approver', 'signer']),
  },
];

const rolesOfBo = ({ t, bo }: At, work: Work, roles: Role[]) =>
  govern(work, t.ada.privateKey, { kind: 'staff_roles', staffId: bo.staff.id, roles, groups: [] });

const asksForTwo: Change = async ({ t }, work) => {
  const terms = { limits: [], separateSigner: false, rules: [anyNeeds(2)] };
  const baseVersion = Number((await policyBelieved(work.tx)).version);
  return govern(work, t.ada.privateKey, { kind: 'policy', baseVersion, terms, reason: 'More eyes' });
};

const setsAside: Change = async (_at, work, id) =>
  transition(work, await getPayout(work.tx, id), 'quarantine', { reason: 'A look' });

forEachStore((name, open) => {
  const begin = async () => {
    const at = await batchTreasury(await open());
    worlds.push(at.world);
    const payout = await at.approved();
    await at.drive();
    const { id } = await at.batch();
    const change = (what: Change, until: Promise<void> = Promise.resolve(), then: () => void = () => undefined) =>
      at.t.as(at.t.ada.actor, async (work) => {
        await what(at, work, payout.id);
        work.audit({ action: 'test.change', subject: 'vault' });
        then();
        await until;
      });
    /** With what a code is refused that is given while somebody else is about to write this down. */
    const refusedDuring = async (what: Change): Promise<unknown> => {
      const written = Promise.withResolvers<void>();
      const mayEnd = Promise.withResolvers<void>();
      const other = change(what, mayEnd.promise, written.resolve);
      await Promise.race([written.promise, other]);
      const given = at.give(id).then(
        () => 'nothing was refused',
        (error: unknown) => error,
      );
      await Promise.race([given, waits(name, at)]);
      mayEnd.resolve();
      await other;
      return given;
    };
    return { at, id, change, refusedDuring };
  };

  it('a code waits for whoever is freezing, fencing, screening or taking a role away, and is refused after them', async () => {
    const { at, id, change, refusedDuring } = await begin();
    for (const { code, change: what, undo } of HOLDING) {
      expect(await refusedDuring(what)).toMatchObject({ code });
      await change(undo);
    }
    expect(at.world.faults.calls).not.toContain('nowpayments.payout.verify');
    expect(await at.give(id)).toMatchObject({ state: 'released' });
  });

  it.each([
    ['asks for more approvals by a new policy', asksForTwo],
    ['sets a payment of it aside', setsAside],
  ])('a batch is withheld whose code is given while somebody %s', async (_what, what) => {
    const { at, refusedDuring } = await begin();
    expect(await refusedDuring(what)).toMatchObject({ code: 'batch.withheld' });
    expect(at.world.faults.calls).not.toContain('nowpayments.payout.verify');
  });

  describe('of two who give a code at once', () => {
    const two = async () => {
      const { at } = await begin();
      const cy = await at.t.addPerson('Cy', ['signer']);
      /** Runs `meanwhile` when the provider has answered, and nobody has written it down. */
      const give = async (who: Person, code: string, meanwhile: () => Promise<unknown> = () => Promise.resolve()) => {
        const { batches } = at.provider;
        const slow: PayoutBatches = {
          ...batches,
          release: async (reference, given, first) => {
            const answer = await batches.release(reference, given, first);
            await meanwhile();
            return answer;
          },
        };
        const command = { action: 'batch.verify', actor: who.actor, origin: ORIGIN };
        const { id } = await at.batch();
        return releaseBatch({ treasury: at.t.treasury, batches: slow, command }, id, code).catch(
          (error: unknown) => error,
        );
      };
      const loseAnswer = () => at.world.faults.next('nowpayments.payout.verify', { kind: 'lose_answer' });
      const next = async () => {
        await at.approved();
        await at.drive();
      };
      return { at, bo: at.bo, cy, give, loseAnswer, next };
    };

    it('the one whose code was taken has released it, whatever the other one hears, and when', async () => {
      const { at, bo, cy, give, loseAnswer, next } = await two();
      // Refused, because it is released; the next look is quicker than the answer of the first.
      await give(bo, RIGHT, async () => {
        expect(await give(cy, RIGHT)).toMatchObject({ code: 'batch.unanswered' });
        at.pass(1_000);
        await at.drive();
      });
      expect(await at.batch()).toMatchObject({ state: 'released', releasedBy: 'Bo' });

      await next();
      // Refused as wrong after the other one's was given, of which no answer comes.
      const wrong = give(bo, WRONG, async () => {
        loseAnswer();
        expect(await give(cy, RIGHT)).toMatchObject({ code: 'batch.unanswered' });
      });
      expect(await wrong).toMatchObject({ code: 'batch.unanswered' });
      expect(await at.batch()).toMatchObject({ state: 'needs_code', codeGivenBy: 'Cy' });
      at.pass(1_000);
      await at.drive();
      expect(await at.batch()).toMatchObject({ state: 'released', releasedBy: 'Cy' });

      await next();
      // Each has given it anew after the first one's answer was lost, and hears that it is released already.
      loseAnswer();
      await give(bo, RIGHT);
      const { codeGivenAtMs } = await at.batch();
      at.pass(500);
      await give(cy, RIGHT, () => give(cy, RIGHT));
      expect(await at.batch()).toMatchObject({ codeGivenBy: 'Bo', codeGivenAtMs });
      at.pass(500);
      await at.drive();
      expect(await at.batch()).toMatchObject({ state: 'released', releasedBy: 'Bo' });

      await next();
      // Taken, and told so after the other one's was given.
      await give(bo, RIGHT, async () => {
        loseAnswer();
        await give(cy, RIGHT);
      });
      expect(await at.batch()).toMatchObject({ state: 'released', releasedBy: 'Bo' });
    });

    it('nobody here has released it when both were refused, in whichever order they hear so', async () => {
      const { at, bo, cy, give } = await two();
      const inTurn = give(bo, WRONG, () => give(cy, WRONG));
      expect(await inTurn).toMatchObject({ code: 'batch.wrong_code' });
      expect(await at.batch()).toMatchObject({ codeGivenBy: null, codeGivenAtMs: null });

      const [secondIsAnswered, firstIsWritten] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      let second: Promise<unknown> = Promise.resolve();
      await give(bo, WRONG, () => {
        second = give(cy, WRONG, () => {
          secondIsAnswered.resolve();
          return firstIsWritten.promise;
        });
        return secondIsAnswered.promise;
      });
      firstIsWritten.resolve();
      expect(await second).toMatchObject({ code: 'batch.wrong_code' });
      expect(await at.batch()).toMatchObject({ codeGivenBy: null, codeGivenAtMs: null });
      await at.world.verify((await at.batch()).reference ?? '');
      at.pass(1_000);
      await at.drive();
      expect(await at.batch()).toMatchObject({ state: 'released', releasedBy: null });
    });
  });
});

/** Until the code waits for a lock. A vault file has one writer at a time: whoever else comes stands in line. */
async function waits(name: Dialect, { writer }: At): Promise<void> {
  if (name === 'sqlite') return sleep(20);
  const locks = sql`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
  for (let looks = 0; looks < 200 && (await writer.rows(locks)).length === 0; looks++) await sleep(10);
}
