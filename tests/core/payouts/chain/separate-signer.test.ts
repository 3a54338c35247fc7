import { sql } from 'kysely';
import { afterEach, describe, expect, it } from 'vitest';
import { withdrawApproval } from '../../../../core/approvals/withdraw.ts';
import { getPayee } from '../../../../core/payees/payees.ts';
import { confirmSubmittedTransaction } from '../../../../core/payouts/chain/confirm.ts';
import { queueSignedTransaction } from '../../../../core/payouts/chain/queue-signed.ts';
import { paidBySource, raiseFee } from '../../../../core/payouts/chain/raise-fee.ts';
import type { ChainRecord } from '../../../../core/payouts/chain/records.ts';
import { submitQueuedTransaction } from '../../../../core/payouts/chain/submit.ts';
import { processBatch } from '../../../../core/payouts/chain/worker.ts';
import type { Actor } from '../../../../core/store/command.ts';
import { type ChainTreasury, chainTreasury, STROOPS, XLM } from '../../../support/chain-treasury.ts';
import { anyNeeds, putInForce } from '../../../support/policy.ts';
import { type StellarWorld, stellarWorld } from '../../../support/stellar-world.ts';
import { forEachStore } from '../../../support/stores.ts';

const worlds: StellarWorld[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});

forEachStore((_name, open) => {
  /** Ada asks, Bo approves, and both of them may sign, as far as their roles go; Cy has no other part. */
  async function begin(separateSigner: boolean, payouts = 1) {
    const world = await stellarWorld();
    worlds.push(world);
    const t = await chainTreasury(await open(), world);
    // A new vault's policy lets everybody.
    if (separateSigner) await putInForce(t, [anyNeeds(1)], { separateSigner });
    const cy = await t.addPerson('Cy', ['signer', 'approver', 'operator']);
    const ids: string[] = [];
    for (let n = 0; n < payouts; n++) ids.push((await t.approved(world.account(`payee ${n}`).publicKey())).id);
    return { t, ids, ada: t.ada.actor, bo: t.bo.actor, cy: cy.actor, person: cy };
  }

  const queueAs = (t: ChainTreasury, who: Actor, record: ChainRecord) =>
    t.as(
      who,
      (work) => queueSignedTransaction(work, t.desk.rail, { id: record.id, xdr: t.signedBy(record, t.world.treasury) }),
      'chain.queue_signed',
    );
  const submitAs = (t: ChainTreasury, actor: Actor, { id }: ChainRecord) =>
    submitQueuedTransaction({ ...t.desk, actor }, id);

  describe('where the policy asks for a separate signer', () => {
    it('neither who asked for a payout nor who approved it brings signatures, submits or outbids', async () => {
      const { t, ids, ada, bo, cy } = await begin(true);
      const record = await t.build();
      const refusal = { code: 'policy.separate_signer', data: { payoutIds: ids[0], count: 1 } };
      for (const who of [ada, bo]) await expect(queueAs(t, who, record), who.name).rejects.toMatchObject(refusal);
      expect(await t.now(record)).toMatchObject({ state: 'built', signedEnvelope: null });

      expect((await queueAs(t, cy, record)).record.state).toBe('signed');
      for (const who of [ada, bo]) await expect(submitAs(t, who, record), who.name).rejects.toMatchObject(refusal);
      expect(await t.now(record)).toMatchObject({ state: 'signed', submissions: 0n });

      expect(await submitAs(t, cy, record)).toMatchObject({ state: 'submitted' });
      const nobodySigns = paidBySource(record.source, async () =>
        expect.unreachable('it was refused before anybody signed'),
      );
      for (const actor of [ada, bo]) {
        await expect(raiseFee({ ...t.desk, actor }, record.id, nobodySigns), actor.name).rejects.toMatchObject(refusal);
      }
      const refused = await t.treasury.writer.rows<{ action: string }>(
        sql`select action from audit_entries where outcome = 'refused' and details like '%policy.separate_signer%'`,
      );
      expect(refused.map(({ action }) => action)).toEqual([
        'chain.queue_signed',
        'chain.queue_signed',
        'chain.submit',
        'chain.submit',
      ]);
    });

    it('of many payouts ten are named', async () => {
      const { t, ids, bo, cy } = await begin(true, 11);
      const record = await t.build();
      await expect(queueAs(t, bo, record)).rejects.toMatchObject({
        data: { payoutIds: ids.slice(0, 10).join(', '), count: 11 },
      });
      expect((await queueAs(t, cy, record)).record.state).toBe('signed');
    });

    it('one payout of theirs among others is enough', async () => {
      const { t, bo, cy, person } = await begin(true, 0);
      const byBo = await t.approved(t.world.account('payee').publicKey());
      const payee = await getPayee(t.treasury.writer, byBo.payeeId);
      const byCy = await t.request(t.ada, payee, { assetId: XLM, amountMinor: STROOPS });
      await t.approve(person, byCy.id);
      const record = await t.build();
      expect(record.payments).toBe(2);
      for (const [who, payoutIds] of [
        [bo, byBo.id],
        [cy, byCy.id],
      ] as const) {
        await expect(queueAs(t, who, record)).rejects.toMatchObject({ data: { payoutIds, count: 1 } });
      }
    });

    it('an approval that was taken back is no part in it any more', async () => {
      const { t, cy, person } = await begin(true, 0);
      await putInForce(t, [anyNeeds(2)], { separateSigner: true });
      const di = await t.addPerson('Di', ['approver']);
      const payout = await t.approved(t.world.account('payee').publicKey());
      await t.approve(person, payout.id);
      expect(await t.statusOf(payout)).toBe('approved');
      await t.as(cy, (work) => withdrawApproval(work, { id: payout.id, reason: 'for the test' }));
      await t.approve(di, payout.id);
      const record = await t.build();
      expect((await queueAs(t, cy, record)).record.state).toBe('signed');
    });

    it('jobs go on: they send what somebody else signed', async () => {
      const { t, cy } = await begin(true);
      const record = await t.build();
      await queueAs(t, cy, record);
      const job: Actor = { kind: 'job', id: 'process-chain', name: 'process-chain', roles: [] };
      expect(await processBatch({ ...t.desk, actor: job })).toMatchObject({ submitted: 1 });
      t.pass(5_000);
      expect(await confirmSubmittedTransaction(t.desk, record.id)).toMatchObject({ state: 'confirmed' });
    });

    it('a record that names another requester than the log does not let the requester sign', async () => {
      const { t, ids, ada, cy } = await begin(true);
      const record = await t.build();
      await t.treasury.writer.transaction((tx) =>
        tx.run(sql`update payouts set requested_by = ${cy.id} where id = ${ids[0]}`),
      );
      await expect(queueAs(t, ada, record)).rejects.toMatchObject({ code: 'approval.logged_otherwise' });
    });
  });

  it('with the policy for two people everybody may sign and submit', async () => {
    const { t, ada, bo } = await begin(false);
    const record = await t.build();
    expect((await queueAs(t, ada, record)).record.state).toBe('signed');
    expect(await submitAs(t, bo, record)).toMatchObject({ state: 'submitted' });
  });
});
