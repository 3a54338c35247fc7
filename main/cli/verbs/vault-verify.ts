import path from 'node:path';
import { shippedMigrations } from '../../store/shipped-migrations.ts';
import { openVaultForReading } from '../../store/vault/open.ts';
import { verifyVaultFile } from '../../store/vault/verify.ts';
import { proveTreasury, type TreasuryProof } from '../proof.ts';
import { unlockOptions, unlockWith } from '../unlock.ts';
import { verb } from '../verb.ts';

export const vaultVerify = verb({
  about:
    'Read every page of a vault, add up its books and walk its audit chain. Works beside a program that has it open.',
  args: ['FILE'],
  options: unlockOptions,
  async run(call) {
    const file = path.resolve(call.args.FILE);
    const unlock = await unlockWith(file, call);
    const pages = verifyVaultFile({ file, unlock });
    // The records of a damaged file prove nothing, and reading them may fail anywhere.
    const proof = pages.ok ? await proofOf(file, unlock) : null;
    const problems = [...pages.problems.map(({ problem }) => problem), ...(proof?.problems ?? [])];
    const ok = problems.length === 0;
    return {
      ok,
      json: { ok, file, pages: pages.pages, damage: pages.problems, problems, audit: proof?.audit ?? null },
      text: ok
        ? [`${pages.pages} pages, the books and ${proof?.audit.entries ?? 0} audit entries are whole.`]
        : problems.map((problem) => `Problem: ${problem}`),
    };
  },
});

async function proofOf(file: string, unlock: Parameters<typeof verifyVaultFile>[0]['unlock']): Promise<TreasuryProof> {
  const reader = await openVaultForReading({ file, unlock, migrations: shippedMigrations });
  try {
    return await reader.snapshot(proveTreasury);
  } finally {
    await reader.close();
  }
}
