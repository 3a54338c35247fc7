import { describe, expect, it } from 'vitest';
import { beginTry, forgetTries, secondFactorOf } from '../../../core/access/failed-tries.ts';
import {
  beginEnrolment,
  confirmEnrolment,
  enrolledStaff,
  isEnrolled,
  renewRecoveryCodes,
  resetSecondFactor,
  showSecondFactor,
} from '../../../core/access/second-factor.ts';
import { fromBase32 } from '../../../core/access/totp.ts';
import { scanned } from '../../../main/signing/authenticator.ts';
import { atOnce } from '../../support/at-once.ts';
import { forEachStore } from '../../support/stores.ts';
import { type Person, type TestTreasury, testTreasury } from '../../support/treasury.ts';

const refused = expect.objectContaining({ code: 'second_factor.refused' });

forEachStore((_name, open) => {
  describe('a second factor', () => {
    const begin = async (t: TestTreasury, who: Person = t.ada) => {
      const begun = await t.as(who.actor, (work) => beginEnrolment(work, who.staff, who.credentials.signInProof));
      const app = scanned(begun.uri);
      return { ...begun, code: (stepsLater = 0) => app.code(t.clock.nowMs(), stepsLater) };
    };
    const enrol = async (t: TestTreasury, who: Person = t.ada) => {
      const { code } = await begin(t, who);
      const recoveryCodes = await t.as(who.actor, (work) => confirmEnrolment(work, who.staff.id, code()));
      t.clock.advance(30_000);
      return { code, recoveryCodes };
    };
    const show = (t: TestTreasury, code: string, who: Person = t.ada) =>
      t.as(who.actor, (work) => showSecondFactor(work, who.staff.id, code));
    const treasury = async () => testTreasury(await open());

    it('is in force from its first right code, and gives ten recovery codes', async () => {
      const t = await treasury();
      const { code, uri, secret } = await begin(t);
      expect(uri).toContain(`secret=${secret}&`);
      expect(await isEnrolled(t.treasury.writer, t.ada.staff.id)).toBe(false);
      await expect(show(t, code())).rejects.toMatchObject({ code: 'second_factor.not_enrolled' });
      const wrong = code() === '000000' ? '000001' : '000000';
      await expect(t.as(t.ada.actor, (work) => confirmEnrolment(work, t.ada.staff.id, wrong))).rejects.toEqual(refused);
      const codes = await t.as(t.ada.actor, (work) => confirmEnrolment(work, t.ada.staff.id, code()));
      expect(new Set(codes).size).toBe(10);
      expect(codes[0]).toMatch(/^[A-Z2-7]{4}(-[A-Z2-7]{4}){3}$/);
      expect(await enrolledStaff(t.treasury.writer)).toMatchObject([
        { staffId: t.ada.staff.id, recoveryCodesLeft: 10 },
      ]);
    });

    it('is kept sealed, and recovery codes as hashes: neither is in the records', async () => {
      const t = await treasury();
      const { secret } = await begin(t);
      const { recoveryCodes } = await enrol(t);
      const tables = ['second_factors', 'recovery_codes', 'audit_entries', 'outbox'] as const;
      const rows = await Promise.all(
        tables.map((table) => t.treasury.writer.db.selectFrom(table).selectAll().execute()),
      );
      const text = JSON.stringify(rows, (_key, value) => (typeof value === 'bigint' ? value.toString() : value));
      expect(text).not.toContain(secret);
      expect(text).not.toContain(Buffer.from(fromBase32(secret)).toString('hex'));
      for (const code of recoveryCodes) expect(text).not.toContain(code.replaceAll('-', ''));
    });

    it('cannot be begun by a session alone: it takes the passphrase', async () => {
      const t = await treasury();
      const other = await t.addPerson('Ben', ['approver']);
      const begun = t.as(t.ada.actor, (work) => beginEnrolment(work, t.ada.staff, other.credentials.signInProof));
      await expect(begun).rejects.toMatchObject({ code: 'session.refused' });
    });

    it('is given up when it is not confirmed within a quarter of an hour, or another was begun', async () => {
      const t = await treasury();
      const first = await begin(t);
      const second = await begin(t);
      const confirm = (code: string) => t.as(t.ada.actor, (work) => confirmEnrolment(work, t.ada.staff.id, code));
      await expect(confirm(first.code())).rejects.toEqual(refused);
      t.clock.advance(15 * 60_000 + 1);
      await expect(confirm(second.code())).rejects.toMatchObject({ code: 'second_factor.not_begun' });
    });

    it('takes each code once, and none of before the last one', async () => {
      const t = await treasury();
      const { code } = await enrol(t);
      await show(t, code());
      await expect(show(t, code())).rejects.toEqual(refused);
      await expect(show(t, code(-1))).rejects.toEqual(refused);
      t.clock.advance(30_000);
      expect(await show(t, code())).toEqual({ recoveryCodesLeft: 10 });
    });

    it('takes a code that is shown twice at one moment once', async () => {
      const t = await treasury();
      const { code } = await enrol(t);
      const { done, refused: refusals } = await atOnce(() => show(t, code()), 8);
      expect([done.length, refusals]).toEqual([1, { 'second_factor.refused': 7 }]);
    });

    it('takes the code by which it was enrolled no second time', async () => {
      const t = await treasury();
      const { code } = await begin(t);
      await t.as(t.ada.actor, (work) => confirmEnrolment(work, t.ada.staff.id, code()));
      await expect(show(t, code())).rejects.toEqual(refused);
    });

    it('can be replaced by each recovery code, once, however it is typed', async () => {
      const t = await treasury();
      const { recoveryCodes } = await enrol(t);
      const [first = '', second = ''] = recoveryCodes;
      expect(await show(t, first)).toEqual({ recoveryCodesLeft: 9 });
      await expect(show(t, first)).rejects.toEqual(refused);
      expect(await show(t, ` ${second.toLowerCase().replaceAll('-', ' ')}`)).toEqual({ recoveryCodesLeft: 8 });
      await expect(show(t, 'AAAA-AAAA-AAAA-AAAA')).rejects.toEqual(refused);
    });

    it('gives a recovery code that is used twice at one moment once', async () => {
      const t = await treasury();
      const [first = ''] = (await enrol(t)).recoveryCodes;
      const { done } = await atOnce(() => show(t, first), 6);
      expect(done).toEqual([{ recoveryCodesLeft: 9 }]);
    });

    it('has new recovery codes made, which end the ones before', async () => {
      const t = await treasury();
      const { recoveryCodes } = await enrol(t);
      const renewed = await t.as(t.ada.actor, (work) => renewRecoveryCodes(work, t.ada.staff.id));
      await expect(show(t, recoveryCodes[3] ?? '')).rejects.toEqual(refused);
      expect(await show(t, renewed[3] ?? '')).toEqual({ recoveryCodesLeft: 9 });
    });

    it('ends with its successor: neither its codes nor its recovery codes count any more', async () => {
      const t = await treasury();
      const old = await enrol(t);
      const { code } = await enrol(t);
      await expect(show(t, old.code())).rejects.toEqual(refused);
      await expect(show(t, old.recoveryCodes[0] ?? '')).rejects.toEqual(refused);
      expect(await show(t, code())).toEqual({ recoveryCodesLeft: 10 });
    });

    it('is gone after a reset, with its recovery codes, and its history is kept', async () => {
      const t = await treasury();
      const ben = await t.addPerson('Ben', ['approver']);
      const { code, recoveryCodes } = await enrol(t, ben);
      await t.as(t.ada.actor, (work) => resetSecondFactor(work, ben.staff.id));
      for (const shown of [code(), recoveryCodes[0] ?? '']) {
        await expect(show(t, shown, ben)).rejects.toMatchObject({ code: 'second_factor.not_enrolled' });
      }
      const again = t.as(t.ada.actor, (work) => resetSecondFactor(work, ben.staff.id));
      await expect(again).rejects.toMatchObject({ code: 'second_factor.not_enrolled' });
      const kept = await t.treasury.writer.db.selectFrom('second_factors').select('end_reason').execute();
      expect(kept).toEqual([{ end_reason: 'reset' }]);
    });

    it('is bound to its own record: another’s sealed secret put in its place does not open', async () => {
      const t = await treasury();
      const ben = await t.addPerson('Ben', ['approver']);
      const mine = await enrol(t, ben);
      await enrol(t);
      const [hers] = await t.treasury.writer.db
        .selectFrom('second_factors')
        .selectAll()
        .where('staff_id', '=', t.ada.staff.id)
        .execute();
      if (!hers) throw new Error('Ada has none');
      await t.treasury.writer.transaction(async (tx) => {
        await tx.write
          .updateTable('second_factors')
          .set({ status: 'ended', ended_at_ms: 1n, end_reason: 'reset' })
          .where('id', '=', hers.id)
          .execute();
        const [bens] = await tx.db
          .selectFrom('second_factors')
          .selectAll()
          .where('staff_id', '=', ben.staff.id)
          .execute();
        if (!bens) throw new Error('Ben has none');
        await tx.write
          .insertInto('second_factors')
          .values({ ...bens, id: 'fct_forged', staff_id: t.ada.staff.id, last_step: 0n })
          .execute();
      });
      await expect(show(t, mine.code())).rejects.toMatchObject({ code: 'vault.secrets_key_wrong' });
    });
  });

  describe('guessing', () => {
    it('is slowed from the fourth try on, for twice as long each time, up to a quarter of an hour', async () => {
      const t = await testTreasury(await open());
      const waits: number[] = [];
      for (let tries = 0; tries < 16; ) {
        try {
          await beginTry(t.treasury, secondFactorOf('stf_1'));
          tries += 1;
        } catch (error) {
          const { code, data } = error as { code: string; data: { waitMs: number } };
          expect(code).toBe('second_factor.slowed');
          waits.push(data.waitMs);
          t.clock.advance(data.waitMs);
        }
      }
      expect(waits.slice(0, 5)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000]);
      expect(waits.at(-1)).toBe(15 * 60_000);
    });

    it('is slowed across the servers of one database, and of many tries at once only three begin', async () => {
      const t = await testTreasury(await open());
      const { done, refused: refusals } = await atOnce(() => beginTry(t.treasury, secondFactorOf('stf_1')), 12);
      expect([done.length, refusals]).toEqual([3, { 'second_factor.slowed': 9 }]);
      await expect(beginTry(t.treasury, secondFactorOf('stf_2'))).resolves.toBeUndefined();
    });

    it('is forgotten with the right answer, which says how often it went wrong before', async () => {
      const t = await testTreasury(await open());
      for (let tries = 0; tries < 3; tries++) await beginTry(t.treasury, secondFactorOf('stf_1'));
      const failed = await t.treasury.writer.transaction((tx) => forgetTries(tx, secondFactorOf('stf_1')));
      expect(failed).toBe(2);
      await expect(beginTry(t.treasury, secondFactorOf('stf_1'))).resolves.toBeUndefined();
    });
  });
});
