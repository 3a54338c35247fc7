/** The recovery sheet: what it signs, who sees it and for how long, and who can stop it. */
import { describe, expect, it } from 'vitest';
import { prepareGovernance } from '../../../core/access/governance.ts';
import { accessStatus } from '../../../core/access/listing.ts';
import { proposeRecoveryKey } from '../../../core/access/propose.ts';
import {
  applyDueRecoveries,
  objectTo,
  proposeRecovery,
  proveSheet,
  signRecovery,
  waitingRecoveries,
} from '../../../core/access/recovery.ts';
import { activeStaff } from '../../../core/access/staff.ts';
import { trustProblems } from '../../../core/access/trust/tables-check.ts';
import { trustOf } from '../../../core/access/trust/trust.ts';
import { waitingActs } from '../../../core/approvals/acts.ts';
import { canonical } from '../../../core/canonical/canonical.ts';
import { sheetProofText } from '../../../core/canonical/recovery-sheet.ts';
import type { GovernanceTerms } from '../../../core/contract/governance.ts';
import type { Actor } from '../../../core/store/command.ts';
import { RECOVERY_PRIVATE_KEY, signedBy } from '../../support/enrol.ts';
import { forEachStore } from '../../support/stores.ts';
import { type TestTreasury, testCredentials, testTreasury } from '../../support/treasury.ts';

const HOUR_MS = 3_600_000;
const SHEET: Actor = { kind: 'staff', id: 'anonymous', name: 'not signed in', roles: [] };
const JOB = {
  action: 'job.watch-trust',
  actor: { kind: 'job', id: 'job:watch-trust', name: 'watch-trust', roles: [] },
  origin: { host: 'engine', ip: null, userAgent: null, correlationId: 'watch-trust' },
} as const;

forEachStore((_name, open) => {
  const begin = async () => {
    const writer = await open();
    const t = await testTreasury(writer);
    const sheet = (privateKey = RECOVERY_PRIVATE_KEY) => {
      const statedAtMs = t.clock.nowMs();
      return { statedAtMs, signature: signedBy(privateKey, sheetProofText(statedAtMs)).signature };
    };
    const { credentials, privateKey } = testCredentials();
    const propose = (staffId = t.ada.staff.id, proof = sheet()) =>
      t.as(SHEET, (work) => proposeRecovery(work, { sheet: proof, staffId, credentials, reason: 'Lost.' }));
    const sign = (statement: string, key = RECOVERY_PRIVATE_KEY) =>
      t.as(SHEET, (work) => signRecovery(work, signedBy(key, statement)));
    const apply = () => applyDueRecoveries({ treasury: t.treasury, ...JOB });
    const keyOfAda = async () => (await activeStaff(writer, t.ada.staff.id)).publicKey;
    return { writer, t, sheet, credentials, privateKey, propose, sign, apply, keyOfAda };
  };
  const anew = (t: TestTreasury, privateKey: TestTreasury['ada']['privateKey']) => ({ ...t.ada, privateKey });

  describe('the recovery sheet', () => {
    it('gives a lost admin a new key after a waiting period that everybody sees', async () => {
      const { writer, t, credentials, privateKey, propose, sign, apply, keyOfAda } = await begin();
      const { statement } = await propose();
      const { actId, takesEffectAtMs, done } = await sign(statement);
      expect({ takesEffectAtMs, done }).toEqual({ takesEffectAtMs: t.clock.nowMs() + 72 * HOUR_MS, done: false });
      expect(await waitingRecoveries(writer)).toMatchObject([{ actId, takesEffectAtMs, terms: { kind: 'staff_key' } }]);
      expect((await accessStatus(writer)).recoveries).toHaveLength(1);
      expect(await waitingActs(writer, t.clock.nowMs())).toMatchObject([{ signedBy: ['recovery'], takesEffectAtMs }]);

      t.clock.advance(72 * HOUR_MS - 1);
      expect(await apply()).toEqual({ applied: 0 });
      expect(await keyOfAda()).toBe(t.ada.staff.publicKey);
      t.clock.advance(1);
      expect(await apply()).toEqual({ applied: 1 });
      expect(await keyOfAda()).toBe(credentials.publicKey);
      expect(await trustProblems(writer)).toEqual([]);
      expect(await apply()).toEqual({ applied: 0 });

      const terms: GovernanceTerms = { kind: 'setting', setting: { name: 'cool_off_ms', value: HOUR_MS } };
      await expect(t.govern(terms)).rejects.toMatchObject({ code: 'act.invalid' });
      expect(await t.govern(terms, anew(t, privateKey))).toMatchObject({ complete: true });
    });

    it('waits for nobody where a sandbox was set so', async () => {
      const { t, credentials, propose, sign, keyOfAda } = await begin();
      await t.govern({ kind: 'setting', setting: { name: 'recovery_wait_ms', value: 0 } });
      expect(await sign((await propose()).statement)).toMatchObject({ done: true });
      expect(await keyOfAda()).toBe(credentials.publicKey);
    });

    it('is stopped by anybody on staff, and cannot be signed for again with the same key', async () => {
      const { writer, t, propose, sign, apply, keyOfAda } = await begin();
      const aud = await t.addPerson('Aud', ['auditor']);
      const { actId } = await sign((await propose()).statement);
      await t.as(aud.actor, (work) => objectTo(work, { actId, reason: 'Ada sits beside me.' }));
      expect(await waitingRecoveries(writer)).toEqual([]);
      t.clock.advance(100 * HOUR_MS);
      expect(await apply()).toEqual({ applied: 0 });
      expect(await keyOfAda()).toBe(t.ada.staff.publicKey);
      const twice = t.as(aud.actor, (work) => objectTo(work, { actId, reason: 'Again.' }));
      await expect(twice).rejects.toMatchObject({ code: 'access.nothing_to_object' });
      await expect(propose()).rejects.toMatchObject({ code: 'access.key_used' });
    });

    it('does nothing more when the person was seen to meanwhile', async () => {
      const { writer, t, propose, sign, apply, keyOfAda } = await begin();
      const ben = await t.addPerson('Ben', ['admin']);
      await sign((await propose()).statement);
      const roles = ['admin', 'auditor'] as const;
      const terms: GovernanceTerms = { kind: 'staff_roles', staffId: t.ada.staff.id, roles: [...roles], groups: [] };
      await t.govern(terms);
      await t.govern(terms, ben);
      t.clock.advance(72 * HOUR_MS);
      expect(await apply()).toEqual({ applied: 0 });
      expect(await keyOfAda()).toBe(t.ada.staff.publicKey);
      const [act] = await writer.db.selectFrom('acts').select('stop_reason').where('status', '=', 'stopped').execute();
      expect(act?.stop_reason).toBe('something else about the same was done since it was signed');
    });

    it('signs new keys of admins, and nothing else', async () => {
      const { writer, t, propose } = await begin();
      const cleo = await t.addPerson('Cleo', ['approver']);
      await expect(propose(cleo.staff.id)).rejects.toMatchObject({ code: 'access.forbidden' });
      const { statement } = await prepareGovernance(
        writer,
        t.ada.staff.id,
        { kind: 'staff_roles', staffId: cleo.staff.id, roles: ['admin'], groups: [] },
        t.clock.nowMs(),
      );
      const { recoveryKey } = await trustOf(writer);
      const forged = canonical({ ...JSON.parse(statement), signer: { id: 'recovery', publicKey: recoveryKey } });
      const signing = t.as(SHEET, (work) => signRecovery(work, signedBy(RECOVERY_PRIVATE_KEY, forged)));
      await expect(signing).rejects.toMatchObject({ code: 'access.forbidden' });
    });

    it('is asked for: another one, or a proof from before, opens nothing', async () => {
      const { writer, t, sheet, propose, sign } = await begin();
      const other = testCredentials().privateKey;
      await expect(propose(t.ada.staff.id, sheet(other))).rejects.toMatchObject({ code: 'access.wrong_sheet' });
      const old = sheet();
      const { statement } = await propose();
      await expect(sign(statement, other)).rejects.toMatchObject({ code: 'act.invalid' });
      t.clock.advance(15 * 60_000 + 1);
      await expect(proveSheet(writer, old, t.clock.nowMs())).rejects.toMatchObject({ code: 'access.wrong_sheet' });
      await expect(sign(statement)).rejects.toMatchObject({ code: 'act.stale' });
    });

    it('is replaced by admins together; the one before signs nothing any more', async () => {
      const { t, sheet, propose } = await begin();
      const { credentials, privateKey } = testCredentials();
      const { statement } = await t.as(t.ada.actor, (work) =>
        proposeRecoveryKey(work, { publicKey: credentials.publicKey, slotSecret: credentials.slotSecret }),
      );
      await t.govern(JSON.parse(statement).terms as GovernanceTerms);
      await expect(propose()).rejects.toMatchObject({ code: 'access.wrong_sheet' });
      expect(await propose(t.ada.staff.id, sheet(privateKey))).toMatchObject({ statement: expect.any(String) });
    });
  });
});
