/**
 * Somebody who can write whatever they like into the database wants to be, or to have, one more
 * person who may approve. Each test says what it gains them, and how it shows.
 */
import { type RawBuilder, sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { prepareGovernance } from '../../core/access/governance.ts';
import { proposeKey, proposePerson } from '../../core/access/propose.ts';
import { activeStaff } from '../../core/access/staff.ts';
import { actHash, type ChainRow, type Signed, signaturesText } from '../../core/access/trust/chain.ts';
import { foundingText, readFounding } from '../../core/access/trust/founding-record.ts';
import { refuseOtherFounding, sealedFingerprint } from '../../core/access/trust/pin.ts';
import { trustProblems } from '../../core/access/trust/tables-check.ts';
import { soundTrust, trustOf } from '../../core/access/trust/trust.ts';
import { watchTrust } from '../../core/access/watch-trust.ts';
import { prepareApproval } from '../../core/approvals/approve.ts';
import { policyInForce } from '../../core/approvals/policy/versions.ts';
import { canonical } from '../../core/canonical/canonical.ts';
import type { GovernanceTerms } from '../../core/contract/governance.ts';
import { readSafeguards } from '../../core/payees/safeguards.ts';
import { drivePayouts } from '../../core/payouts/drive.ts';
import { getPayout } from '../../core/payouts/repository.ts';
import type { Actor } from '../../core/store/command.ts';
import { closedBox, secretsKeyWrong } from '../../core/store/secrets.ts';
import type { Writer } from '../../core/store/tx.ts';
import { secretBox } from '../../main/store/secrets/secret-box.ts';
import { signedBy } from '../support/enrol.ts';
import { scriptedProvider } from '../support/scripted-provider.ts';
import { forEachStore } from '../support/stores.ts';
import { type Person, type TestTreasury, testCredentials, testTreasury } from '../support/treasury.ts';

const HOUR_MS = 3_600_000;
const robot: Actor = { kind: 'job', id: 'job:pay', name: 'pay', roles: [] };
const WATCH = {
  action: 'job.watch-trust',
  actor: { kind: 'job', id: 'job:watch-trust', name: 'watch-trust', roles: [] },
  origin: { host: 'engine', ip: null, userAgent: null, correlationId: 'watch-trust' },
} as const;
const APPEND_ONLY = ['trust_founding', 'trust_acts', 'policies', 'audit_entries'];

/** Whoever can drop triggers can do anything a database does. */
async function tamper(writer: Writer, ...statements: RawBuilder<unknown>[]): Promise<void> {
  await writer.transaction(async (tx) => {
    for (const table of APPEND_ONLY) {
      const triggers =
        tx.dialect === 'sqlite' ? [`${table}_no_update`, `${table}_no_delete`] : [`${table}_append_only`];
      for (const trigger of triggers) {
        await tx.run(sql.raw(`drop trigger if exists ${trigger}${tx.dialect === 'sqlite' ? '' : ` on ${table}`}`));
      }
    }
    for (const statement of statements) await tx.run(statement);
  });
}

const coolOff = (value: number): GovernanceTerms => ({ kind: 'setting', setting: { name: 'cool_off_ms', value } });

forEachStore((_name, open) => {
  const start = async () => {
    const writer = await open();
    const t = await testTreasury(writer);
    const cleo = await t.addPerson('Cleo', ['approver']);
    const eve = await t.addPerson('Eve', ['operator']);
    const ben = await t.addPerson('Ben', ['approver', 'admin']);
    await t.fund(1_000_000n);
    const payee = await t.addPayee('Carla');
    const { id } = await t.request(t.ada, payee);
    const provider = scriptedProvider();
    const drive = () => drivePayouts({ treasury: t.treasury, actor: robot, provider });
    return { writer, t, cleo, eve, ben, payee, id, provider, drive };
  };

  /** What everybody depends on is refused, and says why. */
  const refusedBecause = async ({ t, ben, id, writer }: Awaited<ReturnType<typeof start>>, problem: string) => {
    await expect(soundTrust(writer)).rejects.toMatchObject({ code: 'trust.broken', data: { problem } });
    await expect(t.approve(ben, id)).rejects.toMatchObject({ code: 'trust.broken' });
    await expect(t.govern(coolOff(HOUR_MS))).rejects.toMatchObject({ code: 'trust.broken' });
    expect(await trustProblems(writer)).toContain(problem);
  };

  /** Signs as an attacker who has the program, and a key that nobody let in. */
  const signAs = async (t: TestTreasury, who: Person, privateKey: Person['privateKey'], id: string) => {
    const { statement } = await prepareApproval(t.treasury.writer, who.staff, id, t.clock.nowMs());
    return signedBy(privateKey, statement);
  };

  describe('editing the tables of people', () => {
    it('a staff member’s key replaced by one’s own signs nothing, and is named', async () => {
      const { writer, t, cleo, id } = await start();
      const mallory = testCredentials();
      await tamper(
        writer,
        sql`update staff set public_key = ${mallory.credentials.publicKey} where id = ${cleo.staff.id}`,
      );
      const forged = await signAs(t, cleo, mallory.privateKey, id);
      expect(JSON.parse(forged.statement).approver.publicKey).toBe(cleo.staff.publicKey);
      const given = t.approve({ ...cleo, privateKey: mallory.privateKey }, id);
      await expect(given).rejects.toMatchObject({ code: 'approval.invalid' });
      expect(await trustProblems(writer)).toEqual(['The key shown for Cleo is not theirs.']);
      expect(await t.approve(cleo, id)).toMatchObject({ status: 'approved' });
    });

    it('a row of somebody nobody let in is nobody, and is named', async () => {
      const { writer, t, id } = await start();
      const mallory = testCredentials();
      await tamper(
        writer,
        sql`insert into staff (id, name, name_key, status, public_key, sealed_private_key, kdf, sign_in_verifier, created_at_ms)
            select 'stf_mallory', 'Mallory', 'mallory', 'active', ${mallory.credentials.publicKey}, sealed_private_key, kdf,
              sign_in_verifier, created_at_ms from staff where name = 'Ada'`,
        sql`insert into staff_roles (staff_id, role, granted_at_ms, granted_by)
            values ('stf_mallory', 'approver', 1, 'stf_mallory'), ('stf_mallory', 'admin', 1, 'stf_mallory')`,
      );
      await expect(activeStaff(writer, 'stf_mallory')).rejects.toMatchObject({ code: 'access.unknown_staff' });
      const actor: Actor = { kind: 'staff', id: 'stf_mallory', name: 'Mallory', roles: ['approver', 'admin'] };
      const mallorys = { ...t.ada, actor, privateKey: mallory.privateKey };
      await expect(t.approve(mallorys, id)).rejects.toMatchObject({ code: 'access.unknown_staff' });
      await expect(prepareGovernance(writer, 'stf_mallory', coolOff(1), 1)).rejects.toMatchObject({
        code: 'access.forbidden',
      });
      expect(await trustProblems(writer)).toEqual(['Nobody let Mallory (stf_mallory) onto staff.']);
    });

    it('one’s own role raised gives nothing, and is named', async () => {
      const { writer, t, eve, id } = await start();
      await tamper(
        writer,
        sql`insert into staff_roles (staff_id, role, granted_at_ms, granted_by)
            values (${eve.staff.id}, 'admin', 1, 'x'), (${eve.staff.id}, 'approver', 1, 'x')`,
      );
      expect((await activeStaff(writer, eve.staff.id)).roles).toEqual(['operator']);
      await expect(t.approve(eve, id)).rejects.toMatchObject({ code: 'access.forbidden' });
      await expect(t.govern(coolOff(HOUR_MS), eve)).rejects.toMatchObject({ code: 'access.forbidden' });
      expect(await trustProblems(writer)).toEqual(['The roles shown for Eve are not theirs.']);
    });

    it('somebody who left is not let in again by their record, nor by their old key', async () => {
      const { writer, t, cleo, ben } = await start();
      const leave: GovernanceTerms = { kind: 'staff_leave', staffId: cleo.staff.id, reason: 'Left.' };
      await t.govern(leave);
      await t.govern(leave, ben);
      await tamper(
        writer,
        sql`update staff set status = 'active', left_at_ms = null where id = ${cleo.staff.id}`,
        sql`update staff_roles set revoked_at_ms = null where staff_id = ${cleo.staff.id}`,
      );
      await expect(activeStaff(writer, cleo.staff.id)).rejects.toMatchObject({ code: 'access.unknown_staff' });
      expect(await trustProblems(writer)).toEqual([
        'Cleo is shown as active.',
        'The roles shown for Cleo are not theirs.',
      ]);
      const { credentials } = cleo;
      const again = (name: string) =>
        t.as(t.ada.actor, (work) => proposePerson(work, { name, roles: ['approver'], credentials }));
      await expect(again('Cleo')).rejects.toMatchObject({ code: 'access.name_taken' });
      await expect(again('Cleopatra')).rejects.toMatchObject({ code: 'access.key_used' });
    });

    it('raises the alarm once, with what was found', async () => {
      const { writer, t, eve } = await start();
      expect(await watchTrust({ treasury: t.treasury, ...WATCH })).toEqual({ problems: 0 });
      await tamper(writer, sql`update staff set name = 'Ada' || name where id = ${eve.staff.id}`);
      expect(await watchTrust({ treasury: t.treasury, ...WATCH })).toEqual({ problems: 1 });
      await watchTrust({ treasury: t.treasury, ...WATCH });
      const events = await writer.db
        .selectFrom('outbox')
        .select('payload')
        .where('name', '=', 'trust.broken')
        .execute();
      expect(events.map(({ payload }) => JSON.parse(payload))).toEqual([{ problems: ['Eve is shown as AdaEve.'] }]);
      await tamper(writer, sql`update staff set name = 'Eve' where id = ${eve.staff.id}`);
      await watchTrust({ treasury: t.treasury, ...WATCH });
      const whole = await writer.db.selectFrom('outbox').select('name').where('name', '=', 'trust.whole').execute();
      expect(whole).toHaveLength(1);
    });
  });

  describe('editing policy and settings', () => {
    it.each([
      ['edited', sql`update policies set rules = replace(rules, '"approvals":1', '"approvals":0')`],
      [
        'added',
        sql`insert into policies (version, rules, created_at_ms, created_by)
            select 2, replace(rules, '"approver"', '"operator"'), created_at_ms, created_by from policies`,
      ],
    ])('a policy that was %s is not in force, and is named', async (what, statement) => {
      const { writer } = await start();
      const before = await policyInForce(writer);
      await tamper(writer, statement);
      expect(await policyInForce(writer)).toEqual(before);
      expect(await trustProblems(writer)).toEqual([
        `Version ${what === 'added' ? 2 : 1} of the policy is not the one that admins signed.`,
      ]);
    });

    it('a rest that was shortened, or screening switched off, in the table is not', async () => {
      const { writer, t, ben } = await start();
      const changes: GovernanceTerms[] = [
        coolOff(HOUR_MS),
        { kind: 'setting', setting: { name: 'screening', value: 'deny_list' } },
      ];
      for (const terms of changes) {
        await t.govern(terms);
        await t.govern(terms, ben);
      }
      await tamper(writer, sql`update settings set value = case value when 'deny_list' then 'off' else '0' end`);
      expect(await readSafeguards(writer)).toEqual({ coolOffMs: HOUR_MS, screening: 'deny_list' });
      expect(await trustProblems(writer)).toEqual(['Screening is shown as it was not set.']);
    });

    it('a live treasury that is called a sandbox believes nothing any more', async () => {
      const writer = await open();
      await testTreasury(writer, { network: 'live' });
      await tamper(writer, sql`update vault set network = 'sandbox'`);
      const problem = 'The vault is on another network than at its founding.';
      await expect(soundTrust(writer)).rejects.toMatchObject({ data: { problem } });
    });
  });

  describe('editing the chain of governance acts', () => {
    /** An act that was never done, written as one that was: place, hash and all. */
    const forge = async (t: TestTreasury, terms: GovernanceTerms, signed: readonly Signed[], termsText?: string) => {
      const { head } = await trustOf(t.treasury.writer);
      const row = {
        seq: BigInt(head.act + 1),
        act_id: 'act_forged',
        terms: termsText ?? canonical(terms as never),
        signatures: signaturesText(signed),
        done_at_ms: BigInt(t.clock.nowMs()),
      };
      const hash = actHash(row, head.hash);
      await tamper(
        t.treasury.writer,
        sql`insert into trust_acts (seq, act_id, terms, signatures, hash, done_at_ms)
            values (${row.seq}, ${row.act_id}, ${row.terms}, ${row.signatures}, ${hash}, ${row.done_at_ms})`,
      );
      return head.act + 1;
    };
    const statedBy = async (t: TestTreasury, who: Person, terms: GovernanceTerms) => {
      const { statement } = await prepareGovernance(t.treasury.writer, t.ada.staff.id, terms, t.clock.nowMs());
      const { id, publicKey } = who.staff;
      const text = canonical({ ...JSON.parse(statement), signer: { id, publicKey } });
      return signedBy(who.privateKey, text);
    };
    const promote = (who: Person): GovernanceTerms => ({
      kind: 'staff_roles',
      staffId: who.staff.id,
      roles: ['admin', 'approver'],
      groups: [],
    });

    it('an act signed by somebody who is no admin is found', async () => {
      const stage = await start();
      const { t, eve } = stage;
      const terms = promote(eve);
      const act = await forge(t, terms, [await statedBy(t, t.ada, terms), await statedBy(t, eve, terms)]);
      await refusedBecause(stage, `Governance act ${act}: ${eve.staff.id} is no admin.`);
      expect((await activeStaff(stage.writer, eve.staff.id)).roles).toEqual(['operator']);
    });

    it('an act of one admin alone, after set-up, is found, also when they sign it twice', async () => {
      const stage = await start();
      const { t, ben, eve } = stage;
      const terms = promote(eve);
      const own = await statedBy(t, ben, terms);
      const act = await forge(t, terms, [own]);
      await refusedBecause(stage, `Governance act ${act} has 1 of 2 signatures.`);
      await tamper(stage.writer, sql`delete from trust_acts where act_id = 'act_forged'`);
      await forge(t, terms, [own, own]);
      await refusedBecause(stage, `Governance act ${act} is signed twice by one person.`);
    });

    it('signatures under other terms are found', async () => {
      const stage = await start();
      const { t, ben, eve } = stage;
      const terms = promote(eve);
      const signed = [await statedBy(t, t.ada, coolOff(HOUR_MS)), await statedBy(t, ben, coolOff(HOUR_MS))];
      const act = await forge(t, terms, signed);
      await refusedBecause(stage, `Governance act ${act} carries a signature over other terms.`);
    });

    it('signatures that were used for one act do not do it again later', async () => {
      const stage = await start();
      const { writer, t, ben, eve } = stage;
      const [up, down] = [promote(eve), { ...promote(eve), roles: ['operator'] } as GovernanceTerms];
      for (const terms of [up, down]) {
        await t.govern(terms);
        await t.govern(terms, ben);
      }
      const [used] = await writer.rows<ChainRow>(sql`select * from trust_acts where terms = ${canonical(up as never)}`);
      const act = await forge(t, up, JSON.parse(used?.signatures ?? '[]') as Signed[]);
      await refusedBecause(stage, `Governance act ${act}: something else about the same was done since it was signed.`);
    });

    it('an act with the signature of a key that was replaced is found', async () => {
      const stage = await start();
      const { t, ben, eve } = stage;
      const { credentials } = testCredentials();
      const { terms } = await t.as(t.ada.actor, (work) =>
        proposeKey(work, { staffId: ben.staff.id, credentials, reason: 'Stolen.' }),
      );
      await t.govern(terms);
      await t.govern(terms, ben);
      const stolen = promote(eve);
      const act = await forge(t, stolen, [await statedBy(t, t.ada, stolen), await statedBy(t, ben, stolen)]);
      await expect(soundTrust(stage.writer)).rejects.toMatchObject({
        data: { problem: `Governance act ${act}: the key of ${ben.staff.id} is another one.` },
      });
    });

    it('an act that was edited, or signed by nobody’s hash, is found', async () => {
      const stage = await start();
      await tamper(stage.writer, sql`update trust_acts set done_at_ms = done_at_ms + 1 where seq = 2`);
      await refusedBecause(stage, 'Governance act 2 is not what was written.');
    });

    it('the last act dropped is missed: the audit log knows how far the chain went', async () => {
      const stage = await start();
      await tamper(stage.writer, sql`delete from trust_acts where seq = 3`);
      await refusedBecause(stage, 'The audit log knows of governance act 3, but the chain verifies to act 2 only.');
    });

    it('an act taken out of the middle is missed by those after it, however their hashes are made right', async () => {
      const stage = await start();
      const { writer } = stage;
      const rows = await writer.rows<ChainRow>(sql`select * from trust_acts order by seq`);
      const { fingerprint } = await trustOf(writer);
      let hash = fingerprint;
      const relinked: ChainRow[] = [];
      for (const row of [rows[0], rows[2]] as ChainRow[]) {
        const moved = { ...row, seq: BigInt(relinked.length + 1) };
        hash = actHash(moved, hash);
        relinked.push({ ...moved, hash });
      }
      const [, second] = relinked;
      await tamper(
        writer,
        sql`delete from trust_acts where seq > 1`,
        sql`insert into trust_acts (seq, act_id, terms, signatures, hash, done_at_ms)
            values (2, 'act_moved', ${second?.terms}, ${second?.signatures}, ${second?.hash}, ${second?.done_at_ms})`,
      );
      await refusedBecause(stage, 'Governance act 2: a signature is for another place.');
    });

    it('a founding record of one’s own is found by what was signed since, and by what was kept elsewhere', async () => {
      const stage = await start();
      const { writer, t } = stage;
      const { fingerprint, founding } = await trustOf(writer);
      const mallory = testCredentials().credentials.publicKey;
      const text = foundingText({
        ...founding,
        people: founding.people.map((one) => ({ ...one, publicKey: mallory })),
      });
      expect(readFounding(text)).not.toBeNull();
      await tamper(writer, sql`update trust_founding set statement = ${text}`);
      await refusedBecause(stage, 'Governance act 1 is not what was written.');

      // With every act gone and the log rewritten nothing inside tells; what was kept outside does.
      await tamper(writer, sql`delete from trust_acts`, sql`delete from audit_entries where subject = 'trust'`);
      expect((await trustOf(writer)).problems).toEqual([]);
      const there = (kept: string | null) => refuseOtherFounding(writer, t.treasury.secrets, kept);
      await expect(there(fingerprint)).rejects.toMatchObject({ code: 'trust.other_founding' });
      await expect(there(null)).rejects.toMatchObject({ code: 'trust.other_founding' });
      const otherBox = secretBox(Buffer.alloc(32, 8));
      const sealedElsewhere = sealedFingerprint(otherBox, (await trustOf(writer)).fingerprint);
      await tamper(writer, sql`update trust_founding set sealed_fingerprint = ${sealedElsewhere}`);
      await expect(there(null)).rejects.toMatchObject({ code: 'trust.other_founding' });
      await tamper(writer, sql`update trust_founding set sealed_fingerprint = null`);
      await expect(there(null)).rejects.toMatchObject({ code: 'trust.other_founding' });
    });

    it('a founding record of one’s own does not come in by making the box of secrets useless', async () => {
      const { writer } = await start();
      const closed = closedBox(() => secretsKeyWrong());
      await expect(refuseOtherFounding(writer, closed, null)).rejects.toMatchObject({
        code: 'vault.secrets_key_wrong',
      });
      const { fingerprint } = await trustOf(writer);
      expect(await refuseOtherFounding(writer, closed, fingerprint)).toBe(fingerprint);
    });
  });

  describe('an approval', () => {
    it('with a key that was replaced is refused, and counts nothing where it is written by hand', async () => {
      const { writer, t, cleo, ben, id, drive, provider } = await start();
      const early = await signAs(t, cleo, cleo.privateKey, id);
      const { credentials } = testCredentials();
      const { terms } = await t.as(t.ada.actor, (work) =>
        proposeKey(work, { staffId: cleo.staff.id, credentials, reason: 'Stolen.' }),
      );
      await t.govern(terms);
      await t.govern(terms, ben);
      await expect(t.approve(cleo, id)).rejects.toMatchObject({ code: 'approval.stale' });
      expect(await t.approve(ben, id)).toMatchObject({ status: 'approved' });
      await tamper(
        writer,
        sql`update approvals set staff_id = ${cleo.staff.id}, statement = ${early.statement}, signature = ${early.signature}`,
      );
      expect(await drive()).toMatchObject({ completed: 0 });
      expect(await getPayout(writer, id)).toMatchObject({ status: 'quarantined' });
      expect(provider.paid()).toEqual([]);
    });

    it('is paid on no word of a chain that does not verify', async () => {
      const { writer, t, cleo, id, drive, provider } = await start();
      expect(await t.approve(cleo, id)).toMatchObject({ status: 'approved' });
      await tamper(writer, sql`delete from trust_acts where seq = 3`);
      expect(await drive()).toMatchObject({ started: 0 });
      expect(provider.paid()).toEqual([]);
      expect(await getPayout(writer, id)).toMatchObject({ status: 'approved' });
    });
  });
});
