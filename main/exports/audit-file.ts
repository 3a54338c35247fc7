/** The audit log as a file, and as a stream; proven again by `core/audit/verify-export.ts`. */
import { createHash } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { type ExportSummary, exportLines } from '../../core/audit/export.ts';
import type { Reader } from '../../core/store/tx.ts';
import { renameDurably } from '../store/vault/durable-file.ts';

type How = Parameters<typeof exportLines>[1];

export interface ExportedFile extends ExportSummary {
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** Whole or not there: written under another name, synced, then renamed. Never over a file. */
export async function writeAuditFile(reader: Reader, file: string, how: How): Promise<ExportedFile> {
  if (existsSync(file))
    throw Object.assign(new Error(`There is already a file at ${file}`), { code: 'EEXIST', path: file });
  const unfinished = `${file}.new`;
  rmSync(unfinished, { force: true });
  const handle = await open(unfinished, 'wx', 0o600);
  const digest = createHash('sha256');
  let bytes = 0;
  try {
    const summary = await streamAudit(reader, how, async (text) => {
      const chunk = Buffer.from(text);
      digest.update(chunk);
      bytes += chunk.length;
      await handle.writeFile(chunk);
    });
    await handle.sync();
    await handle.close();
    renameDurably(unfinished, file);
    return { ...summary, file, bytes, sha256: digest.digest('hex') };
  } catch (error) {
    await handle.close();
    rmSync(unfinished, { force: true });
    throw error;
  }
}

/** `write` is waited for, so that a slow reader of the stream holds the log back instead of the memory. */
export async function streamAudit(
  reader: Reader,
  how: How,
  write: (text: string) => Promise<void>,
): Promise<ExportSummary> {
  const lines = exportLines(reader, how);
  for (;;) {
    const { value, done } = await lines.next();
    if (done) return value;
    await write(value);
  }
}
