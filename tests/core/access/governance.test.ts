/** Who may do what, as admins sign for it: set-up by one, two afterwards, people coming and going. */
import { describe, expect, it } from 'vitest';
import { prepareGovernance, signGovernance } from '../../../core/access/governance.ts';
import { accessListing, accessStatus } from '../../../core/access/listing.ts';
import { mayPayOver, refuseUntrusted } from '../../../core/access/may-pay.ts';
import { proposeKey, proposePerson } from '../../../core/access/propose.ts';
import { activeStaff } from '../../../core/access/staff.ts';
import { trustProblems } from '../../../core/access/trust/tables-check.ts';
import { trustOf } from '../../../core/access/trust/trust.ts';
import { waitingActs } from '../../../core/approvals/acts.ts';
import type { GovernanceTerms } from '../../../core/contract/governance.ts';
import { drivePayouts } from '../../../core/payouts/drive.ts';
import { getPayout } from '../../../core/payouts/repository.ts';
import type { Actor } from '../../../core/store/command.ts';
import { resolutionOf, signTerms } from '../../support/acts.ts';
import { govern, signedBy } from '../../support/enrol.ts';
import { scriptedProvider } from '../../support/scripted-provider.ts';
import { forEachStore } from '../../support/stores.ts';
import { type Person, testCredentials, testTreasury } from '../../support/treasury.ts';

const robot: Actor = { kind: 'job', id: 'job:pay', name: 'pay', roles: [] };
const HOUR_MS = 3_600_000;
const coolOff = (value: number): GovernanceTerms => ({ kind: 'setting', setting: { name: 'cool_off_ms', value } });

forEachStore((_name, open) => {
  const alone = async () => {
    const writer = await open();
    const t = await testTreasury(writer);
    return { writer, t };
  };
  const two = async () => {
    const { writer, t } = await alone();
    return { writer, t, ben: await t.addPerson('Ben', ['approver', 'admin']) };
  };

  describe('setting up', () => {
    it('is done by one admin, until a second is enrolled', async () => {
      const { writer, t } = await alone();
      expect(await accessStatus(writer)).toMatchObject({
        settingUp: true,
        admins: 1,
        signaturesNeeded: 1,
        problems: [],
      });
      expect(await t.govern(coolOff(HOUR_MS))).toMatchObject({ complete: true, needed: 1 });
      await t.addPerson('Ben', ['admin']);
      expect(await accessStatus(writer)).toMatchObject({ settingUp: false, admins: 2, signaturesNeeded: 2 });
      expect(await t.govern(coolOff(2 * HOUR_MS))).toMatchObject({ complete: false, signatures: 1, needed: 2 });
      expect((await trustOf(writer)).settings.coolOffMs).toBe(HOUR_MS);
    });

    it('is not gone back to when one of two admins leaves', async () => {
      const { writer, t, ben } = await two();
      const leave: GovernanceTerms = { kind: 'staff_leave', staffId: ben.staff.id, reason: 'Moved on.' };
      await t.govern(leave);
      expect(await t.govern(leave, ben)).toMatchObject({ complete: true });
      expect(await accessStatus(writer)).toMatchObject({ settingUp: false, admins: 1, signaturesNeeded: 2 });
      expect(await t.govern(coolOff(HOUR_MS))).toMatchObject({ complete: false });
    });
  });

  describe('an act of two admins', () => {
    it('waits for the second, is shown while it waits, and is done once', async () => {
      const { writer, t, ben } = await two();
      await t.govern(coolOff(HOUR_MS));
      const waiting = await waitingActs(writer, t.clock.nowMs());
      expect(waiting).toMatchObject([{ terms: coolOff(HOUR_MS), signedBy: [t.ada.staff.id], needed: 2 }]);
      await expect(t.govern(coolOff(HOUR_MS))).rejects.toMatchObject({ code: 'act.already_signed' });
      expect(await t.govern(coolOff(HOUR_MS), ben)).toMatchObject({ complete: true, signatures: 2 });
      expect(await waitingActs(writer, t.clock.nowMs())).toEqual([]);
      const { head, settings } = await trustOf(writer);
      expect({ act: head.act, coolOffMs: settings.coolOffMs }).toEqual({ act: 2, coolOffMs: HOUR_MS });
      expect(await trustProblems(writer)).toEqual([]);
    });

    it('is signed by admins only', async () => {
      const { t } = await two();
      const eve = await t.addPerson('Eve', ['approver', 'controller']);
      await expect(t.govern(coolOff(HOUR_MS), eve)).rejects.toMatchObject({ code: 'access.forbidden' });
    });

    it('no longer counts the first signer who lost the role, or left', async () => {
      const { writer, t, ben } = await two();
      const eve = await t.addPerson('Eve', ['admin']);
      await t.govern(coolOff(HOUR_MS), eve);
      const roles: GovernanceTerms = { kind: 'staff_roles', staffId: eve.staff.id, roles: ['auditor'], groups: [] };
      await t.govern(roles);
      await t.govern(roles, ben);
      expect(await waitingActs(writer, t.clock.nowMs())).toMatchObject([{ signedBy: [] }]);
      expect(await t.govern(coolOff(HOUR_MS), ben)).toMatchObject({ complete: false, signatures: 1 });
      expect(await t.govern(coolOff(HOUR_MS))).toMatchObject({ complete: true, signatures: 2 });
    });

    it('that waited too long is begun anew with the same terms', async () => {
      const { t, ben } = await two();
      await t.govern(coolOff(HOUR_MS));
      t.clock.advance(73 * HOUR_MS);
      expect(await t.govern(coolOff(HOUR_MS), ben)).toMatchObject({ complete: false, signatures: 1 });
      expect(await t.govern(coolOff(HOUR_MS))).toMatchObject({ complete: true });
    });

    it('is not completed by a signature from before something else about the same was done', async () => {
      const { writer, t, ben } = await two();
      const eve = await t.addPerson('Eve', ['auditor']);
      const as = (role: 'operator' | 'approver'): GovernanceTerms => ({
        kind: 'staff_roles',
        staffId: eve.staff.id,
        roles: [role],
        groups: [],
      });
      await t.govern(as('approver'));
      await t.govern(as('operator'));
      await t.govern(as('operator'), ben);
      expect(await t.govern(as('approver'), ben)).toMatchObject({ complete: false, signatures: 1 });
      expect((await trustOf(writer)).people.get(eve.staff.id)?.roles).toEqual(['operator']);
    });

    it('is refused where it would leave nobody to administer, change nothing, or use a key again', async () => {
      const { t } = await alone();
      const own = { staffId: t.ada.staff.id } as const;
      const refused = (terms: GovernanceTerms) => expect(t.govern(terms)).rejects;
      await refused({ kind: 'staff_leave', ...own, reason: 'Bye.' }).toMatchObject({ code: 'access.last_admin' });
      await refused({ kind: 'staff_roles', ...own, roles: ['auditor'], groups: [] }).toMatchObject({
        code: 'access.last_admin',
      });
      await refused(coolOff(0)).toMatchObject({ code: 'access.nothing_changed' });
      await refused({ kind: 'staff_key', ...own, publicKey: t.ada.staff.publicKey, reason: 'Lost.' }).toMatchObject({
        code: 'access.key_used',
      });
      const { credentials } = testCredentials();
      const { publicKey } = credentials;
      await refused({ kind: 'staff_key', ...own, publicKey, reason: 'Lost.' }).toMatchObject({
        code: 'access.not_proposed',
      });
      const again = t.as(t.ada.actor, (work) =>
        proposePerson(work, { name: ' ADA ', roles: ['auditor'], credentials }),
      );
      await expect(again).rejects.toMatchObject({ code: 'access.name_taken' });
    });
  });

  describe('somebody new', () => {
    it('is on staff, with the groups and roles that were signed for, once the second admin signed', async () => {
      const { writer, t, ben } = await two();
      const { credentials, privateKey } = testCredentials();
      const proposed = await t.as(t.ada.actor, (work) =>
        proposePerson(work, { name: 'Cleo', roles: ['operator'], groups: ['paris'], credentials }),
      );
      await t.as(t.ada.actor, (work) => govern(work, t.ada.privateKey, proposed.terms), 'act.sign');
      await expect(activeStaff(writer, proposed.staffId)).rejects.toMatchObject({ code: 'access.unknown_staff' });
      await t.govern(proposed.terms, ben);
      const staff = await activeStaff(writer, proposed.staffId);
      expect(staff).toMatchObject({ name: 'Cleo', roles: ['operator'], groups: ['paris'] });
      expect(privateKey).toBeDefined();
      const [row] = await writer.db.selectFrom('key_proposals').select(['sealed', 'accepted_at_ms']).execute();
      expect(row?.sealed).not.toContain(credentials.slotSecret);
      expect(await trustProblems(writer)).toEqual([]);
    });
  });

  describe('leaving', () => {
    it('ends what somebody may do, and their approvals count no more', async () => {
      const { writer, t, ben } = await two();
      const cleo = await t.addPerson('Cleo', ['approver']);
      await t.fund(1_000_000n);
      const { id } = await t.request(t.ada, await t.addPayee('Carla'));
      expect(await t.approve(cleo, id)).toMatchObject({ status: 'approved' });
      const leave: GovernanceTerms = { kind: 'staff_leave', staffId: cleo.staff.id, reason: 'Retired.' };
      await t.govern(leave);
      await t.govern(leave, ben);
      const provider = scriptedProvider();
      await drivePayouts({ treasury: t.treasury, actor: robot, provider });
      expect(await getPayout(writer, id)).toMatchObject({ status: 'pending' });
      expect(provider.paid()).toEqual([]);
      await expect(t.approve(cleo, id)).rejects.toMatchObject({ code: 'access.unknown_staff' });
      expect(await trustProblems(writer)).toEqual([]);
    });

    it('of the first of two who resolve a quarantine leaves the second alone with it', async () => {
      const { writer, t, ben } = await two();
      const cleo = await t.addPerson('Cleo', ['approver']);
      await t.fund(1_000_000n);
      const payee = await t.addPayee('Strange', 'sim:strange');
      const { id } = await t.request(t.ada, payee);
      await t.approve(ben, id);
      const provider = scriptedProvider({ outcome: 'mystery' });
      await drivePayouts({ treasury: t.treasury, actor: robot, provider });
      const terms = await resolutionOf(t, id, 'completed');
      await signTerms(t, cleo, terms);
      const leave: GovernanceTerms = { kind: 'staff_leave', staffId: cleo.staff.id, reason: 'Retired.' };
      await t.govern(leave);
      await t.govern(leave, ben);
      expect(await signTerms(t, ben, terms)).toMatchObject({ complete: false, signatures: 1 });
      expect(await signTerms(t, t.ada, terms)).toMatchObject({ complete: true });
      expect(await getPayout(writer, id)).toMatchObject({ status: 'completed' });
    });
  });

  describe('a new key for somebody', () => {
    it('replaces the old one, whose approvals count no more and are no forgeries', async () => {
      const { writer, t, ben } = await two();
      const cleo = await t.addPerson('Cleo', ['approver']);
      await t.fund(1_000_000n);
      const { id } = await t.request(t.ada, await t.addPayee('Carla'));
      await t.approve(cleo, id);
      const { credentials, privateKey } = testCredentials();
      const { terms } = await t.as(t.ada.actor, (work) =>
        proposeKey(work, { staffId: cleo.staff.id, credentials, reason: 'Forgot the passphrase.' }),
      );
      await t.govern(terms);
      await t.govern(terms, ben);
      await drivePayouts({ treasury: t.treasury, actor: robot, provider: scriptedProvider() });
      expect(await getPayout(writer, id)).toMatchObject({ status: 'pending' });
      const anew: Person = { ...cleo, staff: await activeStaff(writer, cleo.staff.id), privateKey };
      expect(await t.approve(anew, id)).toMatchObject({ status: 'approved' });
      await expect(t.approve({ ...anew, privateKey: cleo.privateKey }, id)).rejects.toThrow();
    });
  });

  describe('a live treasury', () => {
    it('starts no real payment before two admins are enrolled', async () => {
      const writer = await open();
      const t = await testTreasury(writer, { network: 'live' });
      for (const rail of ['stellar', 'stripe', 'nowpayments'] as const) {
        await expect(refuseUntrusted(writer, rail), rail).rejects.toMatchObject({ code: 'access.setting_up' });
        expect(await mayPayOver(writer, rail), rail).toBe(false);
      }
      expect(await mayPayOver(writer, 'simulated')).toBe(true);
      await t.addPerson('Ben', ['admin']);
      expect(await mayPayOver(writer, 'stellar')).toBe(true);
    });

    it('keeps a waiting period of at least 72 hours for the recovery sheet', async () => {
      const t = await testTreasury(await open(), { network: 'live' });
      const shorter = t.govern({ kind: 'setting', setting: { name: 'recovery_wait_ms', value: 71 * HOUR_MS } });
      await expect(shorter).rejects.toMatchObject({ code: 'access.setting' });
    });
  });

  describe('the listing of access', () => {
    it('shows everybody, what they had when, and who granted it, as of any moment', async () => {
      const { writer, t, ben } = await two();
      const before = t.clock.nowMs();
      t.clock.advance(HOUR_MS);
      const roles: GovernanceTerms = {
        kind: 'staff_roles',
        staffId: ben.staff.id,
        roles: ['admin'],
        groups: ['board'],
      };
      await t.govern(roles);
      await t.govern(roles, ben);
      const now = await accessListing(writer, t.clock.nowMs());
      expect(now).toMatchObject({
        acts: 2,
        people: [{ name: 'Ada' }, { name: 'Ben', roles: ['admin'], groups: ['board'] }],
      });
      const approver = now.people[1]?.grants.find(({ value }) => value === 'approver');
      expect(approver).toMatchObject({
        fromMs: before,
        fromAct: 1,
        fromBy: [{ name: 'Ada' }],
        untilMs: before + HOUR_MS,
        untilAct: 2,
        untilBy: [{ name: 'Ada' }, { name: 'Ben' }],
      });
      const then = await accessListing(writer, before);
      expect(then).toMatchObject({ acts: 1, people: [{ name: 'Ada' }, { name: 'Ben', roles: ['approver', 'admin'] }] });
      await expect(accessListing(writer, before - 1)).rejects.toMatchObject({ code: 'trust.broken' });
    });
  });

  it('a statement is refused when it is older than a quarter of an hour, or the chain has moved on', async () => {
    const { t, ben } = await two();
    const stated = async (who: Person) =>
      (await prepareGovernance(t.treasury.writer, who.staff.id, coolOff(HOUR_MS), t.clock.nowMs())).statement;
    const give = (who: Person, statement: string) =>
      t.as(who.actor, (work) => signGovernance(work, signedBy(who.privateKey, statement)));
    const old = await stated(t.ada);
    t.clock.advance(15 * 60_000 + 1);
    await expect(give(t.ada, old)).rejects.toMatchObject({ code: 'act.stale' });
    const overtaken = await stated(t.ada);
    await t.govern(coolOff(2 * HOUR_MS));
    await t.govern(coolOff(2 * HOUR_MS), ben);
    await expect(give(t.ada, overtaken)).rejects.toMatchObject({ code: 'act.stale' });
    const others = await stated(ben);
    await expect(give(t.ada, others)).rejects.toMatchObject({ code: 'act.invalid' });
  });
});
