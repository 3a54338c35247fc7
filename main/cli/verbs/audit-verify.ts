import { type ChainProof, verifyChain } from '../../../core/audit/verify.ts';
import { openPostgres } from '../../store/postgres/store.ts';
import { shippedMigrations } from '../../store/shipped-migrations.ts';
import { openVaultForReading } from '../../store/vault/open.ts';
import { unlockOptions, unlockWith } from '../unlock.ts';
import { type Call, verb } from '../verb.ts';
import { vaultOptions, whichVault } from '../which-vault.ts';

const options = { ...vaultOptions, ...unlockOptions };

export const auditVerify = verb({
  about:
    'Walk the whole audit chain. Works beside a program that has the vault open; exit code 1 when the chain is broken.',
  args: [],
  options,
  async run(call) {
    const proof = await chainOf(call);
    return {
      ok: proof.valid,
      json: proof,
      text: [
        proof.valid
          ? `${proof.entries} entries, each following from the one before. Head ${proof.head}`
          : `Broken after ${proof.entries} entries: ${proof.problem}`,
      ],
    };
  },
});

async function chainOf(call: Call<typeof options>): Promise<ChainProof> {
  const which = whichVault(call.options);
  const store =
    which.kind === 'postgres'
      ? openPostgres({ url: which.url, connectionsMax: 1 })
      : await openVaultForReading({
          file: which.file,
          unlock: await unlockWith(which.file, call),
          migrations: shippedMigrations,
        });
  try {
    return await store.snapshot(verifyChain);
  } finally {
    await store.close();
  }
}
