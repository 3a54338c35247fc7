/** Ten codes to sign with instead of the authenticator, each once. Only their hashes are kept. */
import { createHash, randomBytes } from 'node:crypto';
import type { FactorId } from '../ids/ids.ts';
import type { Work } from '../store/command.ts';
import type { Reader } from '../store/tx.ts';
import { base32 } from './totp.ts';

const CODES = 10;
/** Eighty bits: nobody guesses one, so a plain hash is enough to keep. */
const CODE_BYTES = 10;

/** Gives the codes as people write them down; the ones before stop working. */
export async function makeRecoveryCodes(work: Work, factorId: FactorId): Promise<readonly string[]> {
  await work.tx.write
    .updateTable('recovery_codes')
    .set({ ended_at_ms: BigInt(work.nowMs) })
    .where('factor_id', '=', factorId)
    .where('used_at_ms', 'is', null)
    .where('ended_at_ms', 'is', null)
    .execute();
  const codes = Array.from({ length: CODES }, () => base32(randomBytes(CODE_BYTES)));
  await work.tx.write
    .insertInto('recovery_codes')
    .values(
      codes.map((code) => ({
        factor_id: factorId,
        code_hash: hashOf(factorId, code),
        made_at_ms: BigInt(work.nowMs),
        used_at_ms: null,
        ended_at_ms: null,
      })),
    )
    .execute();
  return codes.map((code) => (code.match(/.{4}/g) ?? []).join('-'));
}

/** True once for each code. */
export async function takeRecoveryCode(work: Work, factorId: FactorId, code: string): Promise<boolean> {
  const taken = await work.tx.write
    .updateTable('recovery_codes')
    .set({ used_at_ms: BigInt(work.nowMs) })
    .where('factor_id', '=', factorId)
    .where('code_hash', '=', hashOf(factorId, code))
    .where('used_at_ms', 'is', null)
    .where('ended_at_ms', 'is', null)
    .returning('code_hash')
    .execute();
  return taken.length === 1;
}

export async function recoveryCodesLeft(reader: Reader, factorId: FactorId): Promise<number> {
  const rows = await reader.db
    .selectFrom('recovery_codes')
    .select('code_hash')
    .where('factor_id', '=', factorId)
    .where('used_at_ms', 'is', null)
    .where('ended_at_ms', 'is', null)
    .execute();
  return rows.length;
}

/** 0 and 1 are not in base32; read as what they look like. */
function hashOf(factorId: FactorId, code: string): string {
  const letters = code.toUpperCase().replaceAll('0', 'O').replaceAll('1', 'I');
  return createHash('sha256').update(`countersign recovery code v1\n${factorId}\n${letters}`).digest('hex');
}
