/** The conversations recorded from the real app. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

const decision = z.enum(['approve', 'reject']);

const recorded = z.array(
  z.object({
    name: z.string(),
    description: z.string(),
    kind: z.string(),
    mnemonic: z.string(),
    path: z.string().nullable(),
    transaction: z
      .object({ envelopeXdrBase64: z.string(), networkPassphrase: z.string(), hashHex: z.string() })
      .optional(),
    inputHex: z.string().optional(),
    apdus: z.array(z.object({ request: z.string(), response: z.string(), decision: decision.optional() })),
    decision: decision.nullable(),
    rejectedAt: z.enum(['warning', 'end']).optional(),
    screens: z.array(z.string()).optional(),
    fields: z.array(z.object({ title: z.string(), value: z.string() })).optional(),
    expected: z.object({
      statusWord: z.string(),
      signatureHex: z.string().optional(),
      publicKeyHex: z.string().optional(),
      dataHex: z.string().optional(),
    }),
  }),
);

export type RecordedCase = z.infer<typeof recorded>[number];
export type Decision = z.infer<typeof decision>;

const FOLDER = path.join(import.meta.dirname, '../../../vectors/ledger-stellar-app');

export function recordedCases(): readonly RecordedCase[] {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));
  return files.flatMap((name) => recorded.parse(JSON.parse(readFileSync(path.join(FOLDER, name), 'utf8'))));
}
