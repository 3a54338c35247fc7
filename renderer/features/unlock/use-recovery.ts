/** The way back for an admin who lost their passphrase: the recovery sheet signs for a new key. */
import { useMutation } from '@tanstack/react-query';
import { type RecoverySheet, recoverySheet, sheetProofText } from '../../../core/canonical/recovery-sheet.ts';
import { governanceStatement } from '../../../core/contract/governance.ts';
import { client } from '../../app/client.ts';
import { newCredentials } from '../../app/passphrase.ts';

/** What was typed has not the form of a code. */
export class NoRecoveryCode extends Error {
  override readonly name = 'NoRecoveryCode';
  readonly code = 'recovery.no_code';
}

/** The engine gave another text to sign than the one this desk asked for. */
export class OtherRecoveryText extends Error {
  override readonly name = 'OtherRecoveryText';
  readonly code = 'act.invalid';
}

async function proofBy(sheet: RecoverySheet) {
  const statedAtMs = Date.now();
  return { statedAtMs, signature: await sheet.sign(sheetProofText(statedAtMs)) };
}

export async function openBySheet({ file, code }: { readonly file?: string | undefined; readonly code: string }) {
  const sheet = await recoverySheet(code);
  if (!sheet) throw new NoRecoveryCode();
  const opened = await client.access.recoveryOpen({
    ...(file === undefined ? {} : { file }),
    slotSecret: sheet.slotSecret,
    sheet: await proofBy(sheet),
  });
  return { sheet, ...opened };
}

export type Opened = Awaited<ReturnType<typeof openBySheet>>;

interface NewKey {
  readonly opened: Opened;
  readonly staffId: string;
  readonly passphrase: string;
  readonly reason: string;
}

async function signForKey({ opened, staffId, passphrase, reason }: NewKey) {
  const { sheet, foundingFingerprint } = opened;
  const { credentials } = await newCredentials(passphrase, foundingFingerprint);
  const { statement } = await client.access.recoveryPropose({
    sheet: await proofBy(sheet),
    staffId,
    credentials,
    reason,
  });
  if (!givesKey(statement, { staffId, publicKey: credentials.publicKey })) throw new OtherRecoveryText();
  return client.access.recoverySign({ statement, signature: await sheet.sign(statement) });
}

/** True only when the text gives this very key to this very person. */
export function givesKey(text: string, key: { readonly staffId: string; readonly publicKey: string }): boolean {
  const stated = governanceStatement.safeParse(JSON.parse(text));
  if (!stated.success) return false;
  const { terms } = stated.data;
  return terms.kind === 'staff_key' && terms.staffId === key.staffId && terms.publicKey === key.publicKey;
}

export const useOpenBySheet = () => useMutation({ mutationFn: openBySheet, gcTime: 0 });
export const useSignForKey = () => useMutation({ mutationFn: signForKey, gcTime: 0 });
