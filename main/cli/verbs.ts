/** Every verb of `countersign`. A verb's own file is loaded only when it is asked for. */
import type { Verb } from './verb.ts';

interface Listed {
  readonly about: string;
  load(): Promise<Verb>;
}

/** A verb is declared with the types of its own options; here they are all alike. */
const listed = (about: string, load: () => Promise<unknown>): Listed => ({ about, load: load as () => Promise<Verb> });

export const VERBS: Readonly<Record<string, Listed>> = {
  'vault create': listed('Make a new vault', async () => (await import('./verbs/vault-create.ts')).vaultCreate),
  'vault info': listed(
    'What a vault is, without opening it',
    async () => (await import('./verbs/vault-info.ts')).vaultInfo,
  ),
  'vault backup': listed('Take a proven backup', async () => (await import('./verbs/vault-backup.ts')).vaultBackup),
  'vault restore': listed('Bring a backup back', async () => (await import('./verbs/vault-restore.ts')).vaultRestore),
  'vault verify': listed('Prove a vault whole', async () => (await import('./verbs/vault-verify.ts')).vaultVerify),
  'vault rekey': listed('Change the data key', async () => (await import('./verbs/vault-rekey.ts')).vaultRekey),
  'vault migrate': listed(
    'Bring the schema up to date',
    async () => (await import('./verbs/vault-migrate.ts')).vaultMigrate,
  ),
  serve: listed('Serve the desk, the HTTP API and the jobs', async () => (await import('./verbs/serve.ts')).serve),
  sandbox: listed(
    'Run the simulated Stellar network, Stripe, NOWPayments and Ledger',
    async () => (await import('./verbs/sandbox.ts')).sandbox,
  ),
  import: listed('Ask for the payouts of a file', async () => (await import('./verbs/import.ts')).importFile),
  'job list': listed('Every job and how it is doing', async () => (await import('./verbs/job-list.ts')).jobList),
  'job run': listed('Run a job now', async () => (await import('./verbs/job-run.ts')).jobRun),
  sync: listed('Read what the providers say happened', async () => (await import('./verbs/sync.ts')).sync),
  'audit verify': listed('Prove the audit chain', async () => (await import('./verbs/audit-verify.ts')).auditVerify),
  'audit export': listed(
    'Write the audit log to a file that proves itself',
    async () => (await import('./verbs/audit-export.ts')).auditExport,
  ),
  'audit checkpoint': listed(
    'Say how far the audit log goes, signed',
    async () => (await import('./verbs/audit-checkpoint.ts')).auditCheckpoint,
  ),
  inspect: listed('Say what a Stellar transaction does', async () => (await import('./verbs/inspect.ts')).inspect),
  openapi: listed('Describe the HTTP API (OpenAPI 3.1)', async () => (await import('./verbs/openapi.ts')).openapi),
};
