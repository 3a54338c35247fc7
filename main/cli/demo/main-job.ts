/** Requests, approvals, payment, settlement and proof, as people and jobs would do it over days. */
import type { PayoutStatus } from '../../../core/contract/index.ts';
import type { EngineClient } from '../../engine/host.ts';
import type { SignedInDesk } from '../../signing/personal-desk.ts';
import { VerbFailed } from '../verb.ts';
import { type Cast, foundVault } from './people.ts';
import { counted, type Phase, type Phases } from './phases.ts';
import { approve, type PolicyPlayed, playPolicy } from './policy.ts';

type Counts = Readonly<Record<PayoutStatus, number>>;

export interface Proofs {
  readonly counts: Counts;
  readonly settled: number;
  readonly position: Awaited<ReturnType<EngineClient['ledger']['position']>>;
  readonly books: Awaited<ReturnType<EngineClient['ledger']['trialBalance']>>;
  readonly audit: Awaited<ReturnType<EngineClient['audit']['verify']>>;
  readonly vault: Awaited<ReturnType<EngineClient['vault']['verify']>>;
}

export interface Played {
  readonly cast: Cast;
  readonly filled: Awaited<ReturnType<EngineClient['sandbox']['fill']>>;
  readonly policy: PolicyPlayed;
  readonly proofs: Proofs;
}

export async function playMainJob(client: EngineClient, payouts: number, phases: Phases): Promise<Played> {
  const cast = await phases.run(
    'vault',
    'Founding the vault',
    (phase) => foundVault(client, phase),
    ({ people }) => `Founded the vault with ${people.length} people`,
  );
  const { founder, approvers } = cast;
  const filled = await phases.run(
    'request',
    'Requesting payouts',
    () => client.sandbox.fill({ payouts }, { context: founder.context }),
    (made) => `Funded the treasury and requested ${counted(made.payouts)} payouts to ${counted(made.payees)} payees`,
  );
  const policy = await phases.run(
    'policy',
    'Putting a policy in force',
    () => playPolicy(client, cast),
    ({ version, tries }) =>
      [
        `Put policy version ${version} in force, and tried to get by with less`,
        ...tries.map(({ who, what, answer }) => `    ${who} ${what}: ${answer}`),
      ].join('\n'),
  );
  await phases.run(
    'approve',
    'Approving',
    (phase) => approveAll(client, approvers, phase),
    (signed) => `${approvers.map(({ me }) => me.name).join(' and ')} signed ${counted(signed)} approvals`,
  );
  await phases.run(
    'pay',
    'Paying',
    (phase) => payAll(client, founder, phase),
    ({ completed, failed, quarantined }) =>
      `${counted(completed)} completed, ${counted(failed)} failed, ${counted(quarantined)} quarantined`,
  );
  await phases.run(
    'settle',
    'Bringing back what the provider says',
    () => runJob(client, founder, 'sync-simulated'),
    (summary) => `Synced with the provider: ${summary}`,
  );
  const proofs = await phases.run(
    'verify',
    'Reading the whole vault',
    () => prove(client, founder),
    ({ books, audit }) =>
      `Read the whole vault: ${counted(books.entries)} ledger entries, ${counted(audit.entries)} audit entries`,
  );
  return { cast, filled, policy, proofs };
}

/** As many as keep the engine busy; each is a call to prepare, a signature, and a call to give. */
const APPROVALS_AT_ONCE = 4;

/** The approvers share the queue; what each of them signs is what the engine shows them. */
async function approveAll(client: EngineClient, approvers: readonly SignedInDesk[], phase: Phase): Promise<number> {
  const waiting = await waitingFor(client, approvers[0]);
  let signed = 0;
  let done = 0;
  // One after the other, until it has as many as the policy asks for.
  const approveInTurn = async (desks: readonly SignedInDesk[], id: string) => {
    for (const desk of desks) {
      signed += 1;
      if ((await approve(client, desk, id)).status !== 'pending') break;
    }
    done += 1;
    phase.reached(done, waiting.length);
  };
  await Promise.all(
    approvers.map((_approver, turn) =>
      forEachAtOnce(
        waiting.filter((_id, index) => index % approvers.length === turn),
        APPROVALS_AT_ONCE,
        (id) => approveInTurn([...approvers.slice(turn), ...approvers.slice(0, turn)], id),
      ),
    ),
  );
  return signed;
}

async function waitingFor(client: EngineClient, approver: SignedInDesk | undefined): Promise<readonly string[]> {
  if (approver === undefined) return [];
  const { context } = approver;
  const ids: string[] = [];
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<EngineClient['approvals']['queue']>> = await client.approvals.queue(
      { limit: 500, ...(cursor === null ? {} : { cursor }) },
      { context },
    );
    ids.push(...page.items.filter(({ canApprove }) => canApprove).map(({ id }) => id));
    cursor = page.nextCursor;
  } while (cursor !== null);
  return ids;
}

/** The job pays some at a time; it is asked again for as long as it gets anywhere. */
async function payAll(client: EngineClient, founder: SignedInDesk, phase: Phase): Promise<Counts> {
  let counts = await countsOf(client, founder);
  const toPay = unpaid(counts);
  for (let before = Number.POSITIVE_INFINITY; unpaid(counts) > 0 && unpaid(counts) < before; ) {
    before = unpaid(counts);
    await runJob(client, founder, 'pay-simulated');
    counts = await countsOf(client, founder);
    phase.reached(toPay - unpaid(counts), toPay);
  }
  return counts;
}

const unpaid = ({ approved, processing }: Counts) => approved + processing;

async function countsOf(client: EngineClient, { context }: SignedInDesk): Promise<Counts> {
  const { byStatus } = await client.desk.overview(undefined, { context });
  const none: Counts = {
    pending: 0,
    approved: 0,
    processing: 0,
    completed: 0,
    failed: 0,
    quarantined: 0,
    cancelled: 0,
  };
  return { ...none, ...Object.fromEntries(byStatus.map(({ status, count }) => [status, count])) };
}

async function runJob(client: EngineClient, { context }: SignedInDesk, name: string): Promise<string> {
  const { outcome, summary } = await client.desk.runJob({ name }, { context });
  if (outcome === 'failed') throw new VerbFailed(`The job ${name} failed: ${summary}`);
  return summary;
}

async function prove(client: EngineClient, founder: SignedInDesk): Promise<Proofs> {
  const { context } = founder;
  return {
    counts: await countsOf(client, founder),
    settled: await countSettled(client, founder),
    position: await client.ledger.position(undefined, { context }),
    books: await client.ledger.trialBalance(undefined, { context }),
    audit: await client.audit.verify(undefined, { context }),
    vault: await client.vault.verify(undefined, { context }),
  };
}

async function countSettled(client: EngineClient, { context }: SignedInDesk): Promise<number> {
  let settled = 0;
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<EngineClient['payouts']['list']>> = await client.payouts.list(
      { limit: 500, status: 'completed', ...(cursor === null ? {} : { cursor }) },
      { context },
    );
    settled += page.items.filter((payout) => payout.settled).length;
    cursor = page.nextCursor;
  } while (cursor !== null);
  return settled;
}

async function forEachAtOnce<T>(items: readonly T[], atOnce: number, work: (item: T) => Promise<void>): Promise<void> {
  const rest = items.values();
  const lane = async () => {
    for (const item of rest) await work(item);
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
}
