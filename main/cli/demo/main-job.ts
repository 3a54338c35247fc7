/** Requests, approvals, payment, settlement and proof, as people and jobs would do it over days. */
import type { PayoutStatus } from '../../../core/contract/index.ts';
import type { EngineClient } from '../../engine/host.ts';
import type { StellarWorld } from '../../sandbox/stellar/demo-world.ts';
import type { SignedInDesk } from '../../signing/personal-desk.ts';
import { VerbFailed } from '../verb.ts';
import { type ChainSays, chainSays } from './chain-says.ts';
import type { DemoLedger } from './ledger.ts';
import { askOnStellar, leaveStellarToVault, payOnStellar, setUpStellar } from './pay-on-stellar.ts';
import { type Cast, foundVault } from './people.ts';
import { counted, type Phase, type Phases } from './phases.ts';
import { approve, type PolicyPlayed, playPolicy, type Try } from './policy.ts';

type Counts = Readonly<Record<PayoutStatus, number>>;

export interface Proofs {
  readonly counts: Counts;
  readonly settled: number;
  readonly position: Awaited<ReturnType<EngineClient['ledger']['position']>>;
  readonly books: Awaited<ReturnType<EngineClient['ledger']['trialBalance']>>;
  readonly audit: Awaited<ReturnType<EngineClient['audit']['verify']>>;
  readonly vault: Awaited<ReturnType<EngineClient['vault']['verify']>>;
}

/** Where the vault is, how many payouts go over which rail, and what signs. */
export interface Stage {
  readonly file: string;
  readonly simulated: number;
  readonly stellar: number;
  readonly ledger: DemoLedger | null;
}

export interface Requested {
  readonly payouts: number;
  readonly expected: Readonly<Record<'completed' | 'failed' | 'quarantined', number>>;
  /** What else is in the vault where there are simulated payouts. */
  readonly plans: Awaited<ReturnType<EngineClient['sandbox']['fill']>>['plans'] | null;
}

/** What became of the payouts over Stellar. */
export interface OnStellar {
  readonly device: { readonly app: string; readonly confirmations: number };
  readonly payouts: number;
  readonly transactions: number;
  readonly chain: ChainSays;
}

export interface Played {
  readonly cast: Cast;
  readonly requested: Requested;
  readonly policy: PolicyPlayed;
  readonly stellar: OnStellar | null;
  readonly proofs: Proofs;
}

export async function playMainJob(client: EngineClient, stage: Stage, phases: Phases): Promise<Played> {
  const cast = await phases.run(
    'vault',
    'Founding the vault',
    (phase) => foundVault(client, stage.ledger !== null, phase),
    ({ people }) => `Founded the vault with ${people.length} people`,
  );
  const { founder, approvers } = cast;
  const world =
    stage.ledger === null
      ? null
      : await phases.run(
          'network',
          'Setting up a simulated network',
          () => setUpStellar(client, cast, `${stage.file}.simulated-stellar`, stage.stellar),
          ({ payees }) => `Set up a simulated network with ${counted(payees.length)} payees, and a Ledger`,
        );
  try {
    const requested = await phases.run(
      'request',
      'Requesting payouts',
      () => request(client, cast, stage, world),
      ({ payouts }) => `Funded the treasury and requested ${counted(payouts)} payouts to as many payees`,
    );
    const before = await phases.run(
      'policy',
      'Putting a policy in force',
      () => playPolicy(client, cast, world?.usdc ?? null),
      ({ version, tries }) =>
        [`Put policy version ${version} in force, and tried to get by with less`, ...tries.map(inWords)].join('\n'),
    );
    await phases.run(
      'approve',
      'Approving',
      (phase) => approveAll(client, approvers, phase),
      (signed) => `${approvers.map(({ me }) => me.name).join(' and ')} signed ${counted(signed)} approvals`,
    );
    const onStellar =
      world &&
      (await phases.run(
        'sign',
        'Signing on the Ledger',
        (phase) => payOnStellar(client, cast, world, phase),
        ({ transactions, tries }) =>
          [`Signed ${transactions} transactions on the Ledger, and saw them confirmed`, ...tries.map(inWords)].join(
            '\n',
          ),
      ));
    const policy = { ...before, tries: [...before.tries, ...(onStellar?.tries ?? [])] };
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
      () => settleAll(client, founder, stage),
      (summaries) => `Synced with the providers: ${summaries.join('; ')}`,
    );
    if (world) await leaveStellarToVault(client, cast);
    const proofs = await phases.run(
      'verify',
      'Reading the whole vault',
      () => prove(client, founder),
      ({ books, audit }) =>
        `Read the whole vault: ${counted(books.entries)} ledger entries, ${counted(audit.entries)} audit entries`,
    );
    const stellar = world && onStellar && stage.ledger && seen(stage, stage.ledger, world, onStellar.transactions);
    return { cast, requested, policy, stellar, proofs };
  } finally {
    await world?.sandbox.close();
  }
}

const inWords = ({ who, what, answer }: Try) => `    ${who} ${what}: ${answer}`;

async function request(
  client: EngineClient,
  cast: Cast,
  { simulated, stellar }: Stage,
  world: StellarWorld | null,
): Promise<Requested> {
  const { context } = cast.founder;
  const filled = simulated === 0 ? null : await client.sandbox.fill({ payouts: simulated }, { context });
  if (world) await askOnStellar(client, cast, world);
  const { completed = 0, failed = 0, quarantined = 0 } = filled?.expected ?? {};
  return {
    payouts: simulated + stellar,
    // Everybody who is paid over Stellar can be.
    expected: { completed: completed + stellar, failed, quarantined },
    plans: filled?.plans ?? null,
  };
}

function seen({ stellar }: Stage, ledger: DemoLedger, world: StellarWorld, transactions: number): OnStellar {
  return {
    device: { app: ledger.app, confirmations: ledger.confirmations() },
    payouts: stellar,
    transactions,
    chain: chainSays(world),
  };
}

async function settleAll(client: EngineClient, founder: SignedInDesk, stage: Stage): Promise<readonly string[]> {
  const jobs = [...(stage.simulated > 0 ? ['sync-simulated'] : []), ...(stage.stellar > 0 ? ['sync-stellar'] : [])];
  const summaries: string[] = [];
  for (const job of jobs) summaries.push(await runJob(client, founder, job));
  return summaries;
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
