/**
 * A person's second factor: begun (its secret shown once), in force from the first right code, and
 * ended by its successor or by two people for somebody who lost it. Each code counts once.
 */
import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { invariant } from '../errors/refusal.ts';
import type { FactorId } from '../ids/ids.ts';
import type { Work } from '../store/command.ts';
import type { Reader } from '../store/tx.ts';
import { secondFactorNotBegun, secondFactorNotEnrolled, secondFactorRefused, unknownStaff } from './errors.ts';
import { forgetTries, secondFactorOf } from './failed-tries.ts';
import { makeRecoveryCodes, recoveryCodesLeft, takeRecoveryCode } from './recovery-codes.ts';
import { provePassphrase } from './staff.ts';
import { base32, otpauthUri, stepOfCode, TOTP_SECRET_BYTES } from './totp.ts';

/** A QR code that lies open on a screen is not good for ever. */
const ENROLMENT_LIFETIME_MS = 15 * 60_000;

interface Factor {
  readonly id: FactorId;
  readonly staffId: string;
  readonly sealedSecret: string;
  readonly lastStep: number;
  readonly begunAtMs: number;
}

export interface Enrolled {
  readonly staffId: string;
  readonly enrolledAtMs: number;
  readonly recoveryCodesLeft: number;
}

export interface BegunEnrolment {
  readonly uri: string;
  readonly secret: string;
  readonly expiresAtMs: number;
}

/** Makes a new authenticator's secret. One that was begun before and never confirmed is given up. */
export async function beginEnrolment(
  work: Work,
  person: { readonly id: string; readonly name: string },
  signInProof: string,
): Promise<BegunEnrolment> {
  await provePassphrase(work.tx, person.id, signInProof);
  const vault = await work.tx.db.selectFrom('vault').select('name').executeTakeFirstOrThrow();
  await endFactor(work, person.id, 'waiting', 'abandoned');
  const secret = randomBytes(TOTP_SECRET_BYTES);
  const id = work.ids.next('factor');
  await work.tx.write
    .insertInto('second_factors')
    .values({
      id,
      staff_id: person.id,
      sealed_secret: work.secrets.seal(purposeOf(id), secret),
      status: 'waiting',
      last_step: 0n,
      begun_at_ms: BigInt(work.nowMs),
      confirmed_at_ms: null,
      ended_at_ms: null,
      end_reason: null,
    })
    .execute();
  work.audit({ action: 'second_factor.begin', subject: `staff:${person.id}`, details: { factor: id } });
  return {
    uri: otpauthUri(secret, vault.name, person.name),
    secret: base32(secret),
    expiresAtMs: work.nowMs + ENROLMENT_LIFETIME_MS,
  };
}

/** Puts the new authenticator in force, with recovery codes of its own. */
export async function confirmEnrolment(work: Work, staffId: string, code: string): Promise<readonly string[]> {
  const factor = await factorOf(work.tx, staffId, 'waiting');
  if (!factor || work.nowMs > factor.begunAtMs + ENROLMENT_LIFETIME_MS) throw secondFactorNotBegun();
  await countCode(work, factor, withoutGaps(code));
  await endFactor(work, staffId, 'in_force', 'replaced');
  await work.tx.write
    .updateTable('second_factors')
    .set({ status: 'in_force', confirmed_at_ms: BigInt(work.nowMs) })
    .where('id', '=', factor.id)
    .execute();
  const codes = await makeRecoveryCodes(work, factor.id);
  await forgetTries(work.tx, secondFactorOf(staffId));
  work.audit({ action: 'second_factor.enrol', subject: `staff:${staffId}`, details: { factor: factor.id } });
  work.emit({ name: 'staff.second_factor_enrolled', subject: `staff:${staffId}` });
  return codes;
}

/** A code of the authenticator, or a recovery code in its place. Gives how many of those are left. */
export async function showSecondFactor(
  work: Work,
  staffId: string,
  typed: string,
): Promise<{ readonly recoveryCodesLeft: number }> {
  const factor = await factorOf(work.tx, staffId, 'in_force');
  if (!factor) throw secondFactorNotEnrolled();
  const code = withoutGaps(typed);
  const by = /^[0-9]{6}$/.test(code) ? 'authenticator' : 'recovery code';
  if (by === 'authenticator') await countCode(work, factor, code);
  else if (!(await takeRecoveryCode(work, factor.id, code))) throw secondFactorRefused();
  await forgetTries(work.tx, secondFactorOf(staffId));
  const left = await recoveryCodesLeft(work.tx, factor.id);
  work.audit({
    action: 'session.second_factor',
    subject: `staff:${staffId}`,
    details: { factor: factor.id, by, recoveryCodesLeft: left },
  });
  return { recoveryCodesLeft: left };
}

export async function renewRecoveryCodes(work: Work, staffId: string): Promise<readonly string[]> {
  const factor = await factorOf(work.tx, staffId, 'in_force');
  if (!factor) throw secondFactorNotEnrolled();
  const codes = await makeRecoveryCodes(work, factor.id);
  work.audit({ action: 'second_factor.renew_codes', subject: `staff:${staffId}`, details: { factor: factor.id } });
  return codes;
}

/**
 * Takes away the factor of somebody who lost it and their recovery codes; they enrol another. Only
 * as an act of two: whoever could do it alone could put their own in its place.
 */
export async function resetSecondFactor(work: Work, staffId: string): Promise<void> {
  const person = await work.tx.db.selectFrom('staff').select('id').where('id', '=', staffId).executeTakeFirst();
  if (!person) throw unknownStaff(staffId);
  await endFactor(work, staffId, 'waiting', 'abandoned');
  if (!(await endFactor(work, staffId, 'in_force', 'reset'))) throw secondFactorNotEnrolled();
  await forgetTries(work.tx, secondFactorOf(staffId));
  work.audit({ action: 'second_factor.reset', subject: `staff:${staffId}` });
}

export async function isEnrolled(reader: Reader, staffId: string): Promise<boolean> {
  return (await factorOf(reader, staffId, 'in_force')) !== null;
}

export async function enrolledStaff(reader: Reader, staffId?: string): Promise<readonly Enrolled[]> {
  const only = staffId === undefined ? sql`` : sql` and f.staff_id = ${staffId}`;
  const rows = await reader.rows<{ staff_id: string; confirmed_at_ms: bigint; codes_left: bigint }>(sql`
    select f.staff_id, f.confirmed_at_ms, (select count(*) from recovery_codes c
      where c.factor_id = f.id and c.used_at_ms is null and c.ended_at_ms is null) as codes_left
    from second_factors f where f.status = 'in_force'${only} order by f.staff_id`);
  return rows.map((row) => ({
    staffId: row.staff_id,
    enrolledAtMs: Number(row.confirmed_at_ms),
    recoveryCodesLeft: Number(row.codes_left),
  }));
}

/** Counts a code, once: the step it is of is written where only a later one can follow. */
async function countCode(work: Work, factor: Factor, code: string): Promise<void> {
  const secret = work.secrets.open(purposeOf(factor.id), factor.sealedSecret);
  const step = stepOfCode(secret, code, work.nowMs, factor.lastStep);
  if (step === null) throw secondFactorRefused();
  const counted = await work.tx.write
    .updateTable('second_factors')
    .set({ last_step: BigInt(step) })
    .where('id', '=', factor.id)
    .where('last_step', '<', BigInt(step))
    .returning('id')
    .execute();
  if (counted.length === 0) throw secondFactorRefused();
}

async function factorOf(reader: Reader, staffId: string, status: 'waiting' | 'in_force'): Promise<Factor | null> {
  const row = await reader.db
    .selectFrom('second_factors')
    .selectAll()
    .where('staff_id', '=', staffId)
    .where('status', '=', status)
    .executeTakeFirst();
  if (!row) return null;
  return {
    id: row.id as FactorId,
    staffId: row.staff_id,
    sealedSecret: row.sealed_secret,
    lastStep: Number(row.last_step),
    begunAtMs: Number(row.begun_at_ms),
  };
}

async function endFactor(
  work: Work,
  staffId: string,
  status: 'waiting' | 'in_force',
  reason: 'abandoned' | 'replaced' | 'reset',
): Promise<boolean> {
  const ended = await work.tx.write
    .updateTable('second_factors')
    .set({ status: 'ended', ended_at_ms: BigInt(work.nowMs), end_reason: reason })
    .where('staff_id', '=', staffId)
    .where('status', '=', status)
    .returning('id')
    .execute();
  invariant(ended.length <= 1, 'a person has one factor');
  return ended.length === 1;
}

/** What a sealed secret is bound to: one that was put in another's place does not open. */
function purposeOf(id: FactorId): string {
  return `second factor ${id}`;
}

function withoutGaps(code: string): string {
  return code.replaceAll(/[ -]/g, '');
}
