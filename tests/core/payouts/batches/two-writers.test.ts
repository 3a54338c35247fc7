/**
 * The moment in which a code is given, while somebody else is changing what it would release: whoever is
 * first is written down whole before the other one looks.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterEach, expect, it } from 'vitest';
import { policyBelieved } from '../../../../core/approvals/policy/versions.ts';
import type { Role } from '../../../../core/contract/words.ts';
import { getPayee } from '../../../../core/payees/payees.ts';
import { recordScreenings } from '../../../../core/payees/screening.ts';
import { freeze } from '../../../../core/payouts/freezes.ts';
import { transition } from '../../../../core/payouts/machine.ts';
import { getPayout } from '../../../../core/payouts/repository.ts';
import type { Work } from '../../../../core/store/command.ts';
import type { Dialect } from '../../../../core/store/tx.ts';
import { batchTreasury } from '../../../support/batch-treasury.ts';
import { govern } from '../../../support/enrol.ts';
import { anyNeeds } from '../../../support/policy.ts';
import { forEachStore } from '../../../support/stores.ts';

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
});

/** Until the code waits for a lock. A vault file has one writer at a time: whoever else comes stands in line. */
async function waits(name: Dialect, { writer }: At): Promise<void> {
  if (name === 'sqlite') return sleep(20);
  const locks = sql`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
  for (let looks = 0; looks < 200 && (await writer.rows(locks)).length === 0; looks++) await sleep(10);
}
