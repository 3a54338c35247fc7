/** A code that was given on NOWPayments' own pages: the proofs of this program did not stand before it. */
import { sql } from 'kysely';
import { afterEach, describe, expect, it } from 'vitest';
import { brokenInvariants } from '../../../../core/ledger/invariants.ts';
import { freeze } from '../../../../core/payouts/freezes.ts';
import { releasedElsewhere } from '../../../../core/watching/rules/rails.ts';
import { resolutionOf, signTerms } from '../../../support/acts.ts';
import { batchTreasury, HOUR_MS } from '../../../support/batch-treasury.ts';
import { openerOf } from '../../../support/stores.ts';

const worlds: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});

describe('a batch that was released on the provider’s own pages', () => {
  const open = openerOf('sqlite');
  const begin = async () => {
    const at = await batchTreasury(await open());
    worlds.push(at.world);
    const elsewhere = async () => {
      await at.world.verify((await at.batch()).reference ?? '');
      at.pass(3_000);
    };
    const alerts = () => releasedElsewhere({ reader: at.writer, nowMs: at.clock.nowMs() } as never);
    const told = () =>
      at.writer.rows<{ action: string; subject: string }>(
        sql`select action, subject from audit_entries where action like 'batch.release%' order by seq`,
      );
    return { ...at, elsewhere, alerts, told };
  };

  it('is followed like any other, is told of in the log under its own name, and raises an alert for a week', async () => {
    const at = await begin();
    const payout = await at.approved();
    await at.drive();
    expect(await at.alerts()).toEqual([]);
    await at.elsewhere();
    await at.drive();
    const { id, reference, releasedBy, endedAtMs } = await at.batch();
    expect([releasedBy, (await at.now(payout)).status]).toEqual([null, 'completed']);
    expect(await at.told()).toEqual([{ action: 'batch.released_elsewhere', subject: `batch:${id}` }]);
    const finding = {
      subject: 'rail:nowpayments',
      sinceMs: endedAtMs,
      facts: { rule: 'released_elsewhere', rail: 'nowpayments', batches: 1, reference },
    };
    expect(await at.alerts()).toEqual([finding]);
    at.pass(7 * 24 * HOUR_MS - 1_000_000);
    expect(await at.alerts()).toEqual([finding]);
    at.pass(1_000_000);
    expect(await at.alerts()).toEqual([]);
  });

  it('sets aside what would have been refused here, and the books close once people have looked at it', async () => {
    const at = await begin();
    const [frozen, forged, fine] = [await at.approved(), await at.approved(), await at.approved()];
    await at.drive();
    await at.t.as(at.bo.actor, (work) => freeze(work, { scope: 'payee', target: frozen.payeeId, reason: 'A call' }));
    await at.writer.transaction((tx) =>
      tx.run(sql`update approvals set signature = ${'00'.repeat(64)} where payout_id = ${forged.id}`),
    );
    // What holds a code back until it is weighed sets nothing aside: it is weighed all the same.
    await at.writer.transaction((tx) =>
      tx.run(sql`insert into provider_events (provider, event_id, received_at_ms, raw, reference, key, tries, outcome, handled_at_ms)
        values ('nowpayments', 'told', 1, '{}', 'another', ${`${fine.id}-9`}, 1, 'dead', 1)`),
    );
    await at.elsewhere();
    await at.drive();
    const { id } = await at.batch();
    expect(await at.now(fine)).toMatchObject({ status: 'completed' });
    expect(await at.now(frozen)).toMatchObject({
      status: 'quarantined',
      failedReason:
        'Released on the provider’s own pages, and not here: Payments are frozen here until two people lift the freeze. A call',
    });
    expect((await at.now(forged)).failedReason).toMatch(
      /^Released on the provider’s own pages, and not here: Approvals do not verify: /,
    );
    expect(await at.told()).toEqual([{ action: 'batch.released_elsewhere', subject: `batch:${id}` }]);
    await at.sync();
    const cy = await at.t.addPerson('Cy', ['approver', 'controller']);
    for (const one of [frozen, forged]) {
      const terms = await resolutionOf(at.t, one.id, 'completed');
      await signTerms(at.t, at.bo, terms);
      await signTerms(at.t, cy, terms);
    }
    await at.sync();
    expect(await at.position()).toMatchObject({
      fundsMinor: 1_000_000_000_000n - 3n * 20_500_000n,
      heldMinor: 0n,
      unsettledMinor: 0n,
    });
    expect(await brokenInvariants(at.writer)).toEqual([]);
  });

  it('although it was withheld sets aside everything in it', async () => {
    const at = await begin();
    const payouts = [await at.approved(), await at.approved()];
    await at.drive();
    await at.writer.transaction((tx) => tx.run(sql`update provider_batches set withheld = 'It has another amount.'`));
    await at.elsewhere();
    await at.drive();
    for (const payout of payouts)
      expect(await at.now(payout)).toMatchObject({
        status: 'quarantined',
        failedReason: 'Released on the provider’s own pages, and not here: It has another amount.',
      });
  });
});
