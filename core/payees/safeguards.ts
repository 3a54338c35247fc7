/** What admins have set about paying payees: as the chain of trust has it, and not the table. */
import { soundTrust } from '../access/trust/trust.ts';
import type { SettingChange } from '../contract/governance.ts';
import type { Safeguards } from '../contract/payees.ts';
import type { Work } from '../store/command.ts';
import type { Reader } from '../store/tx.ts';

export const SCREENING = 'payees.screening';

/** By which names the table has them, for choosing in SQL what could be paid. */
const MIRRORED: Record<SettingChange['name'], string> = {
  cool_off_ms: 'payees.cool_off_ms',
  screening: SCREENING,
  recovery_wait_ms: 'access.recovery_wait_ms',
};

export async function readSafeguards(reader: Reader): Promise<Safeguards> {
  const { settings } = await soundTrust(reader);
  return { coolOffMs: settings.coolOffMs, screening: settings.screening };
}

export async function networkOf(reader: Reader): Promise<'sandbox' | 'live'> {
  return (await soundTrust(reader)).network;
}

/** A rest that began already is not shortened. */
export async function mirrorSetting(work: Work, { name, value }: SettingChange): Promise<void> {
  const row = { value: String(value), changed_at_ms: BigInt(work.nowMs), changed_by: work.actor.id };
  await work.tx.write
    .insertInto('settings')
    .values({ name: MIRRORED[name], ...row })
    .onConflict((conflict) => conflict.column('name').doUpdateSet(row))
    .execute();
  work.emit({ name: 'safeguards.set', subject: 'vault', payload: { by: work.actor.id } });
}
