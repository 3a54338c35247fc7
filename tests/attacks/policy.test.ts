/**
 * Somebody with the database, its triggers dropped, or with an account and bad intentions, against
 * the approvals. Each test says how it is refused, or how it shows; in none is anything paid that
 * was not approved.
 */
import { randomUUID } from 'node:crypto';
import { type RawBuilder, sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { giveApproval, prepareApproval } from '../../core/approvals/approve.ts';
import { policyText } from '../../core/approvals/policy/terms.ts';
import { policyInForce } from '../../core/approvals/policy/versions.ts';
import type { NewDestination } from '../../core/contract/index.ts';
import { createPayee } from '../../core/payees/bulk.ts';
import { confirmInSandbox } from '../../core/payees/confirm.ts';
import { getPayee } from '../../core/payees/payees.ts';
import { drivePayouts } from '../../core/payouts/drive.ts';
import { editPayout } from '../../core/payouts/life.ts';
import { getPayout } from '../../core/payouts/repository.ts';
import { payoutView } from '../../core/payouts/views.ts';
import type { Actor } from '../../core/store/command.ts';
import { anyNeeds, fromDollars, putInForce } from '../support/policy.ts';
import { scriptedProvider } from '../support/scripted-provider.ts';
import { forEachStore } from '../support/stores.ts';
import { EUR, type Person, testTreasury, USD } from '../support/treasury.ts';

const robot: Actor = { kind: 'job', id: 'job:pay', name: 'pay', roles: [] };

forEachStore((name, open) => {
  const start = async () => {
    const writer = await open();
    const t = await testTreasury(writer);
    const ben = await t.addPerson('Ben', ['operator', 'approver']);
    const payee = await t.addPayee('Carla');
    await t.fund(100_000_000n);
    await t.fund(100_000_000n, EUR);
    const provider = scriptedProvider();
    return {
      writer,
      t,
      ben,
      payee,
      provider,
      tamper: (...changes: RawBuilder<unknown>[]) =>
        writer.transaction(async (tx) => {
          for (const table of ['policies', 'trust_acts']) {
            const trigger = name === 'sqlite' ? `${table}_no_update` : `${table}_append_only on ${table}`;
            await tx.run(sql.raw(`drop trigger ${trigger}`));
          }
          for (const change of changes) await tx.run(change);
        }),
      pay: () => drivePayouts({ treasury: t.treasury, actor: robot, provider }),
      now: (id: string) => getPayout(writer, id),
      give: (who: Person, id: string, statement: string, signature: string) =>
        t.as(who.actor, (work) => giveApproval(work, { id, statement, signature }), 'payout.approve'),
    };
  };

  /** Approved by Ben, changed behind the program's back, and then due. */
  const approvedThen = async (
    ...changes: ((ids: { payout: string; ben: string; mallory: string }) => RawBuilder<unknown>)[]
  ) => {
    const s = await start();
    const mallory = await s.t.addPerson('Mallory', ['operator', 'approver']);
    const { id } = await s.t.request(s.t.ada, s.payee);
    await s.t.approve(s.ben, id);
    const ids = { payout: id, ben: s.ben.staff.id, mallory: mallory.staff.id };
    await s.tamper(...changes.map((change) => change(ids)));
    await s.pay();
    return { ...s, payout: await s.now(id) };
  };

  describe('whoever edits an approved payout in the database', () => {
    it.each<[string, (ids: { payout: string; ben: string; mallory: string }) => RawBuilder<unknown>, string]>([
      ['its amount', () => sql`update payouts set amount_minor = amount_minor * 10`, 'amountMinor'],
      [
        'its address',
        () => sql`update payouts set destination = replace(destination, 'sim:carla', 'sim:mallory')`,
        'destination',
      ],
      [
        'its memo',
        () =>
          sql`update payouts set destination = replace(destination, '"memo":null', '"memo":{"type":"id","value":"7"}')`,
        'destination',
      ],
      ['its payee', () => sql`update payees set name = 'Mallory & Sons'`, 'payee'],
      ['its asset', () => sql`update payouts set asset_id = 'iso:EUR'`, 'asset'],
      ['the issuer of its asset', () => sql`update assets set issuer = 'GMALLORY' where id = 'iso:USD'`, 'asset'],
      ['the scale of its asset', () => sql`update assets set scale = 4 where id = 'iso:USD'`, 'asset'],
      ['its revision', () => sql`update payouts set revision = 2`, '0 edits before revision 2'],
      ['when it is due', () => sql`update payouts set due_at_ms = 1`, 'dueAtMs'],
      ['whom its approval is by', ({ mallory }) => sql`update approvals set staff_id = ${mallory}`, 'approver'],
      ['the revision of its approval and its own', () => sql`update approvals set revision = 2`, 'fewer approvals'],
      [
        'what was signed',
        () => sql`update approvals set statement = replace(statement, '"12345"', '"99999"')`,
        'amountMinor',
      ],
      [
        'the facts that were signed',
        () => sql`update approvals set statement = replace(statement, '"firstPayment":true', '"firstPayment":false')`,
        'signature',
      ],
      [
        'how long the approval lasts',
        () =>
          sql`update approvals set statement = replace(statement, '"validForMs":259200000', '"validForMs":999999999')`,
        'signature',
      ],
      ['who asked for it', ({ ben }) => sql`update payouts set requested_by = ${ben}`, 'requester'],
    ])('%s finds it quarantined instead of paid', async (_what, change, because) => {
      const { payout, provider } = await approvedThen(change);
      expect(payout).toMatchObject({ status: 'quarantined', statusBefore: 'approved' });
      expect(payout.failedReason).toContain(because);
      expect(provider.paid()).toEqual([]);
    });

    it('finds the change of a destination’s own record without effect: paid is what was approved', async () => {
      const { payout, provider } = await approvedThen(
        () =>
          sql`update destinations set address = 'sim:mallory', address_key = 'sim:mallory', memo_type = 'id', memo_value = '7'`,
      );
      expect(payout.status).toBe('completed');
      expect(provider.paid()).toMatchObject([{ address: 'sim:carla', memo: null }]);
    });
  });

  describe('whoever edits a status in the database', () => {
    it('to approved, without approvals, finds it quarantined', async () => {
      const { t, payee, tamper, pay, now, provider } = await start();
      const { id } = await t.request(t.ada, payee);
      await tamper(sql`update payouts set status = 'approved', cycle = 1`);
      await pay();
      expect(await now(id)).toMatchObject({ status: 'quarantined' });
      expect(provider.paid()).toEqual([]);
    });

    it('to approved, with one approval of the two it needs, finds it quarantined', async () => {
      const { t, ben, payee, tamper, pay, now, provider } = await start();
      await putInForce(t, [anyNeeds(2)]);
      const { id } = await t.request(t.ada, payee);
      await t.approve(ben, id);
      await tamper(sql`update payouts set status = 'approved', cycle = 1`);
      await pay();
      expect(await now(id)).toMatchObject({ status: 'quarantined' });
      expect((await now(id)).failedReason).toContain('fewer approvals than the policy asked for');
      expect(provider.paid()).toEqual([]);
    });

    it('to processing, with an attempt that looks as if a crash had left it, finds it quarantined', async () => {
      const { t, payee, tamper, pay, now, provider } = await start();
      const { id } = await t.request(t.ada, payee);
      await tamper(
        sql`update payouts set status = 'processing', cycle = 1`,
        sql`insert into payout_attempts (id, payout_id, number, rail, key, status, created_at_ms)
          values ('att_forged', ${id}, 1, 'simulated', ${`${id}-1`}, 'open', 1)`,
      );
      await pay();
      expect(await now(id)).toMatchObject({ status: 'quarantined', statusBefore: 'processing' });
      expect((await now(id)).failedReason).toContain('fewer approvals');
      expect(provider.paid()).toEqual([]);
    });

    it('and the amount, while an attempt waits to be asked again, finds it quarantined', async () => {
      const { t, ben, payee, tamper, now } = await start();
      const provider = scriptedProvider({ loseRequests: 1 });
      const { id } = await t.request(t.ada, payee);
      await t.approve(ben, id);
      await drivePayouts({ treasury: t.treasury, actor: robot, provider });
      expect(await now(id)).toMatchObject({ status: 'processing' });
      await tamper(sql`update payouts set amount_minor = amount_minor * 10`);
      await drivePayouts({ treasury: t.treasury, actor: robot, provider });
      expect(await now(id)).toMatchObject({ status: 'quarantined' });
      expect(provider.paid()).toEqual([]);
    });
  });

  describe('an approval', () => {
    it('of one payout, copied to another in the database, is found not to be about it', async () => {
      const { t, ben, payee, tamper, pay, now, provider } = await start();
      const first = await t.request(t.ada, payee);
      const other = await t.request(t.ada, payee);
      await t.approve(ben, first.id);
      await tamper(
        sql`insert into approvals (id, payout_id, revision, staff_id, statement, signature, given_at_ms, expires_at_ms)
          select 'apr_copied', ${other.id}, revision, staff_id, statement, signature, given_at_ms, expires_at_ms from approvals`,
        sql`update payouts set status = 'approved', cycle = 1 where id = ${other.id}`,
      );
      await pay();
      expect(await now(other.id)).toMatchObject({ status: 'quarantined' });
      expect((await now(other.id)).failedReason).toContain('payout is not what was approved');
      expect(provider.paid()).toMatchObject([{ payoutId: first.id }]);
    });

    it('of one payout, sent in for another, is refused', async () => {
      const { writer, t, ben, payee, give } = await start();
      const first = await t.request(t.ada, payee);
      const other = await t.request(t.ada, payee);
      const { statement } = await prepareApproval(writer, ben.staff, first.id, t.clock.nowMs());
      await expect(give(ben, other.id, statement, t.sign(ben, statement))).rejects.toMatchObject({
        code: 'approval.stale',
        data: { field: 'payout' },
      });
    });

    it('of an earlier revision, moved to the present one in the database, is found to be about the earlier', async () => {
      const { t, ben, payee, tamper, pay, now, provider } = await start();
      await putInForce(t, [anyNeeds(2)]);
      const { id } = await t.request(t.ada, payee);
      await t.approve(ben, id);
      const { version } = await now(id);
      await t.as(t.ada.actor, (work) => editPayout(work, { id, version: Number(version), amountMinor: 90_000n }));
      await tamper(
        sql`update approvals set revision = 2, voided_at_ms = null, void_reason = null`,
        sql`update payouts set status = 'approved', cycle = 1`,
      );
      await pay();
      expect(await now(id)).toMatchObject({ status: 'quarantined' });
      expect((await now(id)).failedReason).toContain('revision');
      expect(provider.paid()).toEqual([]);
    });

    it('of one’s own payout is refused, also in the session of a second account', async () => {
      const { writer, t, ben, payee, give, now } = await start();
      const { id } = await t.request(t.ada, payee);
      await expect(t.approve(t.ada, id)).rejects.toMatchObject({ code: 'approval.own_act' });
      // Ada sits at Ben's open session, and has her own key only.
      const { statement } = await prepareApproval(writer, ben.staff, id, t.clock.nowMs());
      await expect(give(ben, id, statement, t.sign(t.ada, statement))).rejects.toMatchObject({
        code: 'approval.invalid',
      });
      // Or signs for herself what is sent in under Ben's name.
      const own = await prepareApproval(writer, t.ada.staff, id, t.clock.nowMs());
      await expect(give(ben, id, own.statement, t.sign(t.ada, own.statement))).rejects.toMatchObject({
        code: 'approval.stale',
        data: { field: 'approver' },
      });
      expect(await now(id)).toMatchObject({ status: 'pending' });
    });

    it('with facts that make it look harmless is refused, however well it is signed', async () => {
      const { writer, t, ben, payee, give } = await start();
      await putInForce(t, [fromDollars(20_000, 2), anyNeeds(1)]);
      const { id } = await t.request(t.ada, payee, { amountMinor: 15_000n });
      await t.request(t.ada, payee, { amountMinor: 15_000n });
      const { statement } = await prepareApproval(writer, ben.staff, id, t.clock.nowMs());
      const forged = statement.replaceAll('"30000"', '"15000"');
      expect(forged).not.toBe(statement);
      await expect(give(ben, id, forged, t.sign(ben, forged))).rejects.toMatchObject({
        code: 'approval.stale',
        data: { field: 'facts' },
      });
    });
  });

  describe('whoever writes a policy of their own into the database', () => {
    const LAX = policyText({
      rules: [{ ...anyNeeds({ approvals: 1, roles: ['operator'] }), id: 'lax' }],
      limits: [],
      separateSigner: false,
    });

    it('over the one in force, or as the next, gains nothing: the table of policies decides nothing', async () => {
      const { writer, t, ben, payee, tamper } = await start();
      await putInForce(t, [anyNeeds(2)]);
      await tamper(
        sql`update policies set rules = ${LAX} where version = 2`,
        sql`insert into policies (version, rules, created_at_ms, created_by) values (3, ${LAX}, 1, 'mallory')`,
      );
      expect(await policyInForce(writer)).toMatchObject({ version: 2n, terms: { rules: [anyNeeds(2)] } });
      const { id } = await t.request(t.ada, payee);
      expect(await t.approve(ben, id)).toMatchObject({ status: 'pending' });
    });

    it('into the chain that decides, finds nothing approved, nothing paid and nothing asked for any more', async () => {
      const { t, ben, payee, tamper, pay, now, provider } = await start();
      await putInForce(t, [anyNeeds(1), { ...anyNeeds(1), id: 'spare' }]);
      const { id } = await t.request(t.ada, payee);
      const waiting = await t.request(t.ada, payee);
      await t.approve(ben, id);
      await tamper(sql`update trust_acts set terms = replace(terms, '"approver"', '"operator"')`);
      await pay();
      expect(await now(id)).toMatchObject({ status: 'approved' });
      expect(provider.paid()).toEqual([]);
      await expect(t.approve(ben, waiting.id)).rejects.toMatchObject({ code: 'trust.broken' });
      await expect(t.request(t.ada, payee)).rejects.toMatchObject({ code: 'trust.broken' });
    });
  });

  describe('a payment split in ten', () => {
    const LIMIT = 10_000;
    const PART = 1_500n;

    it('is one sum to its payee: alone, nobody gets as much through as one payment would have needed two for', async () => {
      const { t, ben, payee, pay, provider } = await start();
      await putInForce(t, [fromDollars(LIMIT, 2), anyNeeds(1)]);
      const outcomes: string[] = [];
      for (let part = 0; part < 10; part += 1) {
        const { id } = await t.request(t.ada, payee, { amountMinor: PART });
        outcomes.push((await t.approve(ben, id)).status);
        await pay();
      }
      expect(outcomes).toEqual([...Array<string>(6).fill('approved'), ...Array<string>(4).fill('pending')]);
      expect(provider.paid().reduce((sum, { amountMinor }) => sum + amountMinor, 0n)).toBeLessThan(BigInt(LIMIT));
    });

    it('is one sum when all parts are asked for before the first is approved', async () => {
      const { t, ben, payee, now } = await start();
      await putInForce(t, [fromDollars(LIMIT, 2), anyNeeds(1)]);
      const ids: string[] = [];
      for (let part = 0; part < 10; part += 1) ids.push((await t.request(t.ada, payee, { amountMinor: PART })).id);
      for (const id of ids) expect(await t.approve(ben, id)).toMatchObject({ status: 'pending' });
      for (const id of ids) expect(await now(id)).toMatchObject({ status: 'pending' });
    });

    it('is one sum to its address, whoever its payee and whatever its memo is said to be', async () => {
      const { writer, t, ben } = await start();
      await putInForce(t, [fromDollars(LIMIT, 2), anyNeeds(1)]);
      const parts: string[] = [];
      for (let part = 0; part < 10; part += 1) {
        const shell = await t.addPayee(`Shell ${part}`, 'sim:mallory');
        parts.push((await t.request(t.ada, shell, { amountMinor: PART })).id);
      }
      expect(await t.approve(ben, parts[0] ?? '')).toMatchObject({ status: 'pending' });
      const [facts] = await writer.rows<{ statement: string }>(sql`select statement from approvals`);
      expect(JSON.parse(facts?.statement ?? '').facts).toMatchObject({ toPayeeMinor: '1500', toAddressMinor: '15000' });
    });

    it('is one sum over a day only: the next day is another', async () => {
      const { t, ben, payee, pay } = await start();
      await putInForce(t, [fromDollars(LIMIT, 2), anyNeeds(1)]);
      const first = await t.request(t.ada, payee, { amountMinor: 9_000n });
      await t.approve(ben, first.id);
      await pay();
      t.clock.advance(24 * 3_600_000 - 1);
      const soon = await t.request(t.ada, payee, { amountMinor: 1_000n });
      expect(await t.approve(ben, soon.id)).toMatchObject({ status: 'pending' });
      t.clock.advance(1);
      const later = await t.request(t.ada, payee, { amountMinor: 500n });
      expect(await t.approve(ben, later.id)).toMatchObject({ status: 'approved' });
    });
  });

  describe('a destination that looks like another', () => {
    const HONEST = 'sim:GABCDEFGHIJKLMNOPQRSTUVWX';
    const FORGED = 'sim:GABCzzzzzzzzzzzzzzzzzUVWX';

    it('is flagged, and the rule about look-alikes decides, not the one for the payee’s other payments', async () => {
      const { writer, t, ben } = await start();
      const strict = { ...anyNeeds(2), id: 'look-alike', name: 'Look-alikes', when: { lookAlike: true } };
      await putInForce(t, [strict, anyNeeds(1)]);
      const carla = await t.addPayee('Carla Honest', HONEST);
      const honest = await t.request(t.ada, carla);
      expect(await t.approve(ben, honest.id)).toMatchObject({ status: 'approved' });
      const lookAlike = await t.addPayee('Carla H.', FORGED);
      const forged = await t.request(t.ada, lookAlike);
      expect(await t.approve(ben, forged.id)).toMatchObject({ status: 'pending' });
      expect(
        (await payoutView(writer, { id: t.ada.staff.id, nowMs: t.clock.nowMs() }, forged.id)).approvals,
      ).toMatchObject({ needed: 2 });
    });

    it('stays one in what was signed, when the flag is taken off in the database', async () => {
      const { t, ben, tamper, pay, now, provider } = await start();
      const strict = { ...anyNeeds(2), id: 'look-alike', name: 'Look-alikes', when: { lookAlike: true } };
      await putInForce(t, [strict, anyNeeds(1)]);
      await t.addPayee('Carla Honest', HONEST);
      const forged = await t.request(t.ada, await t.addPayee('Carla H.', FORGED));
      await t.approve(ben, forged.id);
      await tamper(
        sql`update destinations set look_alike_of = null`,
        sql`update payouts set status = 'approved', cycle = 1`,
      );
      await pay();
      expect(await now(forged.id)).toMatchObject({ status: 'quarantined' });
      expect(provider.paid()).toEqual([]);
    });
  });

  describe('an address known with one memo', () => {
    it('given with another is another destination, which nobody has confirmed', async () => {
      const { t } = await start();
      const destination: NewDestination = { rail: 'simulated', address: 'sim:shared' };
      const carla = await t.as(t.ada.actor, async (work) => {
        const made = await createPayee(work, { reference: randomUUID(), name: 'Carla', destination });
        await confirmInSandbox(
          work,
          made.destinations.map(({ id }) => id),
        );
        return getPayee(work.tx, made.id);
      });
      expect(carla.destinations).toMatchObject([{ address: 'sim:shared', memo: null, status: 'confirmed' }]);
      await expect(
        t.request(t.ada, carla, { assetId: USD, destinationId: 'dst_1jc4t1q00abcdefghjkmnpqrs' }),
      ).rejects.toMatchObject({
        code: 'destination.unknown',
      });
    });
  });
});
