/**
 * The thread of long reads: proofs and reports run here, on read-only connections of their own,
 * so that neither calls nor jobs wait for them.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { trustProblems } from '../../core/access/trust/tables-check.ts';
import { vaultSigner } from '../../core/audit/vault-key.ts';
import { verifyChain } from '../../core/audit/verify.ts';
import { Refusal } from '../../core/errors/refusal.ts';
import type { AsOf } from '../../core/ledger/as-of.ts';
import { brokenInvariants } from '../../core/ledger/invariants.ts';
import { trialBalanceView } from '../../core/ledger/views.ts';
import { metricFamilies, type Scrape } from '../../core/watching/metrics.ts';
import { writeAuditFile } from '../exports/audit-file.ts';
import type { ReadStore } from '../store/kysely-store.ts';
import { openPostgres } from '../store/postgres/store.ts';
import { secretsForReading } from '../store/secrets/open-secrets.ts';
import { shippedMigrations as migrations } from '../store/shipped-migrations.ts';
import { openVaultForReading } from '../store/vault/open.ts';
import { verifyVaultFile } from '../store/vault/verify.ts';
import type { ReaderData, ReaderSource, ToReader } from './long-reads.ts';

const engine = parentPort;
if (!engine) throw new Error('Long reads run in a worker thread');
const { source } = workerData as ReaderData;

/** What may be asked. Each question sees one moment of the vault. */
const QUESTIONS = {
  trialBalance: (moment?: AsOf) => withStore((store) => store.snapshot((reader) => trialBalanceView(reader, moment))),
  brokenInvariants: () => withStore((store) => store.snapshot(brokenInvariants)),
  trustProblems: () => withStore((store) => store.snapshot(trustProblems)),
  verifyChain: () => withStore((store) => store.snapshot((reader) => verifyChain(reader))),
  exportAudit: (about: { file: string; fromSeq: number; nowMs: number }) =>
    withStore((store) =>
      store.snapshot(async (reader) => {
        const secrets = await secretsForReading(reader, source.kind === 'postgres' ? source.secretsKey : null);
        const signer = await vaultSigner(reader, secrets);
        const clock = { nowMs: () => about.nowMs };
        return writeAuditFile(reader, about.file, { signer, clock, fromSeq: about.fromSeq });
      }),
    ),
  metrics: (scrape: Scrape) => withStore((store) => store.snapshot((reader) => metricFamilies(reader, scrape))),
  verifyFile: async () => {
    if (source.kind === 'postgres') return [];
    const { problems } = verifyVaultFile({ file: source.file, unlock: { kind: 'resume', dataKey: source.dataKey } });
    return problems.map(({ problem }) => problem);
  },
} satisfies Record<string, (...about: never[]) => Promise<unknown>>;

export type Question = keyof typeof QUESTIONS;
/** What a question is asked about; nothing for most. */
export type About<Q extends Question> = Parameters<(typeof QUESTIONS)[Q]>;
export type Answer<Q extends Question> = Awaited<ReturnType<(typeof QUESTIONS)[Q]>>;

async function withStore<T>(ask: (store: ReadStore) => Promise<T>): Promise<T> {
  const store = await open(source);
  try {
    return await ask(store);
  } finally {
    await store.close();
  }
}

function open(from: ReaderSource): Promise<ReadStore> | ReadStore {
  return from.kind === 'postgres'
    ? openPostgres({ url: from.url })
    : openVaultForReading({ file: from.file, unlock: { kind: 'resume', dataKey: from.dataKey }, migrations });
}

engine.on('message', ({ id, question, about }: ToReader) => {
  // Only `ask` sends questions, each with what its name takes.
  const answerTo = QUESTIONS[question] as (...about: readonly unknown[]) => Promise<unknown>;
  answerTo(...about).then(
    (answer: unknown) => engine.postMessage({ id, answer }),
    (error: unknown) =>
      engine.postMessage({
        id,
        error: error instanceof Error ? error.message : String(error),
        ...(error instanceof Refusal && { refusal: { code: error.code, data: error.data } }),
      }),
  );
});
