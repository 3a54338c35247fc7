import { describe, expect, it } from 'vitest';
import { checkpointNow, checkpointSaid, keepCheckpoint, readCheckpoint } from '../../../core/audit/checkpoints.ts';
import { giveVaultKey, vaultSigner } from '../../../core/audit/vault-key.ts';
import { verifyChain } from '../../../core/audit/verify.ts';
import { createPayee } from '../../../core/payees/bulk.ts';
import { verifySignature } from '../../../core/signatures/verify-signature.ts';
import { closedBox, secretsKeyMissing } from '../../../core/store/secrets.ts';
import { secretBox } from '../../../main/store/secrets/secret-box.ts';
import { forEachStore } from '../../support/stores.ts';
import { testTreasury } from '../../support/treasury.ts';

forEachStore((_name, open) => {
  const founded = async () => {
    const writer = await open();
    const t = await testTreasury(writer);
    return { writer, t, signer: await vaultSigner(writer, t.treasury.secrets) };
  };

  describe('the vault’s own key', () => {
    it('is made at the founding, and its public half stands in the record and in the log', async () => {
      const { writer, signer } = await founded();
      const row = await writer.db.selectFrom('vault').selectAll().executeTakeFirstOrThrow();
      expect(row.public_key).toBe(signer.publicKey);
      expect(row.sealed_signing_key).not.toContain(signer.publicKey);
      const [first] = await writer.db.selectFrom('audit_entries').select('details').orderBy('seq').limit(1).execute();
      expect(JSON.parse(first?.details ?? '')).toMatchObject({ publicKey: signer.publicKey });
      expect(verifySignature(signer.publicKey, 'a text', signer.sign('a text'))).toBe(true);
      expect(verifySignature(signer.publicKey, 'another', signer.sign('a text'))).toBe(false);
    });

    it('is not to be had without the key of secrets, or with another one', async () => {
      const { writer } = await founded();
      await expect(
        vaultSigner(
          writer,
          closedBox(() => secretsKeyMissing('/etc/x')),
        ),
      ).rejects.toMatchObject({
        code: 'vault.secrets_key_missing',
      });
      await expect(vaultSigner(writer, secretBox(Buffer.alloc(32, 9)))).rejects.toMatchObject({
        code: 'vault.secrets_key_wrong',
      });
    });

    it('is given once, and never replaced', async () => {
      const { writer, t, signer } = await founded();
      expect(await t.as(t.ada.actor, giveVaultKey, 'vault.key')).toBeNull();
      expect((await vaultSigner(writer, t.treasury.secrets)).publicKey).toBe(signer.publicKey);
    });
  });

  describe('a checkpoint', () => {
    it('says how far the log goes, and reads back only with the key that signed it', async () => {
      const { writer, t, signer } = await founded();
      const checkpoint = await checkpointNow(writer, signer, t.clock);
      const proof = await verifyChain(writer);
      expect(checkpoint).toMatchObject({ size: proof.entries, head: proof.head, vault: signer.vaultId });
      expect(readCheckpoint(checkpoint, signer.publicKey)).toEqual(checkpoint);
      expect(readCheckpoint(checkpoint, 'd'.repeat(64))).toBeNull();
      expect(readCheckpoint({ ...checkpoint, signature: 'no' }, signer.publicKey)).toBeNull();
    });

    it('has one spelling', async () => {
      const { writer, t, signer } = await founded();
      const { statement } = await checkpointNow(writer, signer, t.clock);
      expect(checkpointSaid(statement)).not.toBeNull();
      for (const other of [
        ` ${statement}`,
        statement.replace(':', ': '),
        statement.replace('}', ',"more":1}'),
        'x',
        '[]',
      ]) {
        expect(checkpointSaid(other), other).toBeNull();
      }
    });

    it('is kept once for each length of the log, and leaves no entry in it', async () => {
      const { writer, t, signer } = await founded();
      const first = await keepCheckpoint(writer, signer, t.clock);
      expect(first.isNew).toBe(true);
      t.clock.advance(3_600_000);
      expect(await keepCheckpoint(writer, signer, t.clock)).toEqual({ ...first, isNew: false });
      await t.as(t.ada.actor, (work) => createPayee(work, { reference: 'C', name: 'Carla' }));
      expect(await keepCheckpoint(writer, signer, t.clock)).toMatchObject({ isNew: true, size: first.size + 1 });
      expect(await verifyChain(writer)).toMatchObject({ valid: true, checkpoints: 2, entries: first.size + 1 });
    });

    it('is kept by several at once', async () => {
      const { writer, t, signer } = await founded();
      const kept = await Promise.all(Array.from({ length: 5 }, () => keepCheckpoint(writer, signer, t.clock)));
      expect(new Set(kept.map(({ size }) => size)).size).toBe(1);
      expect(await verifyChain(writer)).toMatchObject({ valid: true, checkpoints: 1 });
    });
  });
});
