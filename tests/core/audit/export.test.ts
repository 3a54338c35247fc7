import { describe, expect, it } from 'vitest';
import { checkpointNow } from '../../../core/audit/checkpoints.ts';
import { exportLines } from '../../../core/audit/export.ts';
import { vaultSigner } from '../../../core/audit/vault-key.ts';
import { verifyExport } from '../../../core/audit/verify-export.ts';
import { createPayee } from '../../../core/payees/bulk.ts';
import type { Writer } from '../../../core/store/tx.ts';
import { forEachStore } from '../../support/stores.ts';
import { type TestTreasury, testTreasury } from '../../support/treasury.ts';

const add = (t: TestTreasury, name: string) =>
  t.as(t.ada.actor, (work) => createPayee(work, { reference: name, name }));

async function exported(writer: Writer, t: TestTreasury, fromSeq = 1): Promise<string[]> {
  const signer = await vaultSigner(writer, t.treasury.secrets);
  let text = '';
  for await (const piece of exportLines(writer, { signer, clock: t.clock, fromSeq })) text += piece;
  expect(text.endsWith('\n')).toBe(true);
  return text.slice(0, -1).split('\n');
}

async function* pieces(lines: readonly string[]): AsyncGenerator<readonly string[]> {
  for (const line of lines) yield [line];
}

const prove = (lines: readonly string[], outside = {}) => verifyExport(pieces(lines), outside);

forEachStore((_name, open) => {
  const filled = async () => {
    const writer = await open();
    const t = await testTreasury(writer);
    // What JSON has to escape, and what it need not.
    for (const name of ['Zoë "Z" Müller', 'back\\slash and / slash', '李小龍 🐉', 'line\u2028separator\u007f'])
      await add(t, name);
    return { writer, t };
  };

  describe('an exported log', () => {
    it('proves itself from its first line to its checkpoint', async () => {
      const { writer, t } = await filled();
      const lines = await exported(writer, t);
      const proof = await prove(lines);
      const { id } = await writer.db.selectFrom('vault').select('id').executeTakeFirstOrThrow();
      expect(proof).toMatchObject({ valid: true, problem: null, from: 1, checkpoints: 1, vault: id });
      expect(lines).toHaveLength(proof.entries + 2);
      expect(proof.checkpoint?.size).toBe(proof.entries);
      expect(JSON.parse(lines[0] ?? '')).toMatchObject({ format: 'countersign audit export v1', from: 1 });
    });

    it('may begin later, and then says what hash came before', async () => {
      const { writer, t } = await filled();
      const all = await exported(writer, t);
      const lines = await exported(writer, t, 4);
      const { hash: before } = JSON.parse(all[3] ?? '') as { hash: string };
      expect(JSON.parse(lines[0] ?? '')).toMatchObject({ from: 4, before });
      expect(lines.slice(1, -1)).toEqual(all.slice(4, -1));
      expect(await prove(lines)).toMatchObject({ valid: true, from: 4, entries: all.length - 2 - 3 });
    });

    it('is refused from an entry that there is not', async () => {
      const { writer, t } = await filled();
      await expect(exported(writer, t, 1_000)).rejects.toMatchObject({ code: 'audit.unknown_entry' });
    });

    it.each([
      [
        'an edited entry',
        (lines: string[]) => lines.with(3, (lines[3] ?? '').replace('"done"', '"refused"')),
        'Entry 3 is not what was written.',
      ],
      ['a missing line', (lines: string[]) => lines.toSpliced(4, 1), 'Entry 4 is missing.'],
      [
        'two lines that changed places',
        (lines: string[]) => lines.with(4, lines[5] ?? '').with(5, lines[4] ?? ''),
        'Entry 4 is missing.',
      ],
      [
        'a missing end',
        (lines: string[]) => lines.slice(0, -1),
        'The file does not end with a checkpoint: its end is missing.',
      ],
      [
        'an end cut off before its checkpoint',
        (lines: string[]) => lines.toSpliced(-2, 1),
        /^The log was cut off: on .* it had at least \d+ entries/,
      ],
      [
        'more after its checkpoint',
        (lines: string[]) => [...lines, lines[1] ?? ''],
        'There is more in the file after its checkpoint.',
      ],
      [
        'a half line',
        (lines: string[]) => lines.with(2, (lines[2] ?? '').slice(0, -9)),
        'Entry 2 is not a whole line.',
      ],
      [
        'another beginning',
        (lines: string[]) => lines.with(0, '{"format":"something else"}'),
        'That file is not an export of an audit log.',
      ],
      ['nothing in it', () => [], 'The file is empty.'],
      [
        'a changed checkpoint',
        (lines: string[]) => lines.with(-1, (lines.at(-1) ?? '').replace(/\\"size\\":\d+/, '\\"size\\":3')),
        'The checkpoint at the end of the file is not signed by the vault’s key.',
      ],
      [
        'another vault’s name',
        (lines: string[]) => lines.with(0, (lines[0] ?? '').replace(/"vault":"[^"]*"/, '"vault":"vlt_other"')),
        'The checkpoint at the end of the file is not signed by the vault’s key.',
      ],
    ] as const)('shows %s', async (_what, change, problem) => {
      const { writer, t } = await filled();
      const lines = await exported(writer, t);
      const proof = await prove(change(lines));
      expect(proof.valid).toBe(false);
      expect(proof.problem).toMatch(problem);
    });

    it('is held against a key and a checkpoint that were kept elsewhere', async () => {
      const { writer, t } = await filled();
      const early = await exported(writer, t);
      await add(t, 'Later');
      const signer = await vaultSigner(writer, t.treasury.secrets);
      const checkpoint = await checkpointNow(writer, signer, t.clock);
      expect((await prove(early, { checkpoint })).problem).toMatch(/^The log was cut off/);
      const whole = await exported(writer, t);
      expect(await prove(whole, { checkpoint, publicKey: signer.publicKey })).toMatchObject({ valid: true });
      expect((await prove(whole, { publicKey: 'c'.repeat(64) })).problem).toBe(
        'The checkpoint at the end of the file is not signed by the vault’s key.',
      );
      const tooLate = await exported(writer, t, checkpoint.size);
      expect(await prove(tooLate, { checkpoint })).toMatchObject({ valid: true });
      await add(t, 'Later still');
      await add(t, 'And later');
      expect((await prove(await exported(writer, t, checkpoint.size + 2), { checkpoint })).problem).toBe(
        `The checkpoint speaks of entry ${checkpoint.size}, which is before the file begins.`,
      );
    });
  });
});
