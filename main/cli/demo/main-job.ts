/** Requests, approvals, payment, settlement and proof, as people and jobs would do it over days. */
import type { EngineClient } from '../../engine/host.ts';
import type { MailCatcher } from '../../sandbox/mail-catcher.ts';
import type { StellarWorld } from '../../sandbox/stellar/demo-world.ts';
import type { SignedInDesk } from '../../signing/personal-desk.ts';
import { approveAll } from './approve-all.ts';
import { askOverProviders } from './ask-over-providers.ts';
import { type ChainSays, chainSays } from './chain-says.ts';
import { confirmDestinations } from './confirm-destinations.ts';
import { type Counts, countSettled, countsOf } from './counts.ts';
import { loseProviders, type Outage, type Settled, waitUntilSettled } from './in-the-background.ts';
import type { DemoLedger } from './ledger.ts';
import { isToldOfCode, type MailsSeen, mailsSeen, setUpMail } from './mails.ts';
import { askOnStellar, leaveStellarToVault, payOnStellar, setUpStellar } from './pay-on-stellar.ts';
import { type Cast, foundVault, signInAgain } from './people.ts';
import { counted, type Phases } from './phases.ts';
import { type PolicyPlayed, playPolicy, type Try } from './policy.ts';
import { nowPaymentsSays, type ProviderSays, stripeSays } from './provider-books.ts';
import { type DemoProviders, NOW_ASSET, NOW_SCALE } from './providers.ts';

const STELLAR_DECIMALS = 7;

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
  readonly providers: DemoProviders;
  /** The vault opened by another engine, whose jobs run by themselves. */
  readonly inBackground: () => Promise<EngineClient>;
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

/** What became of the payouts over a provider, by its own books. */
export interface OverProvider {
  readonly payouts: number;
  readonly says: ProviderSays;
}

export interface Played {
  readonly cast: Cast;
  readonly requested: Requested;
  readonly policy: PolicyPlayed;
  readonly stellar: OnStellar | null;
  readonly stripe: OverProvider | null;
  readonly nowpayments: OverProvider | null;
  /** Null where nothing goes over a provider. */
  readonly outage: Outage | null;
  readonly mails: MailsSeen;
  readonly proofs: Proofs;
}

export async function playMainJob(client: EngineClient, stage: Stage, phases: Phases): Promise<Played> {
  const cast = await phases.run(
    'vault',
    'Founding the vault',
    (phase) => foundVault(client, stage.ledger !== null || stage.providers.nowpayments.length > 0, phase),
    ({ people }) => `Founded the vault with ${people.length} people`,
  );
  const mail = await setUpMail(client, cast);
  const world = stage.ledger && (await openNetwork(client, cast, stage, phases));
  try {
    return await playWith(client, cast, { ...stage, world, mail }, phases);
  } finally {
    await world?.sandbox.close();
    await mail.close();
  }
}

function openNetwork(client: EngineClient, cast: Cast, { file, stellar }: Stage, phases: Phases) {
  return phases.run(
    'network',
    'Setting up a simulated network',
    () => setUpStellar(client, cast, `${file}.simulated-stellar`, stellar),
    ({ payees }) => `Set up a simulated network with ${counted(payees.length)} payees, and a Ledger`,
  );
}

interface Scene extends Stage {
  readonly world: StellarWorld | null;
  readonly mail: MailCatcher;
}

async function playWith(client: EngineClient, cast: Cast, scene: Scene, phases: Phases): Promise<Played> {
  const { world, providers, ledger } = scene;
  const requested = await phases.run(
    'request',
    'Requesting payouts',
    () => request(client, cast, scene),
    ({ payouts }) => `Funded the treasury and requested ${counted(payouts)} payouts to as many payees`,
  );
  const policy = await phases.run(
    'policy',
    'Putting a policy in force',
    () => playPolicy(client, cast, paidIn(scene)),
    ({ version, tries }) => withTries(`Put policy version ${version} in force, and tried to get by with less`, tries),
  );
  const { approvers } = cast;
  await phases.run(
    'approve',
    'Approving',
    (phase) => approveAll(client, approvers, phase),
    (signed) => `${approvers.map(({ me }) => me.name).join(' and ')} signed ${counted(signed)} approvals`,
  );
  const signed =
    world &&
    (await phases.run(
      'sign',
      'Signing on the Ledger',
      (phase) => payOnStellar(client, cast, world, phase),
      ({ transactions, tries }) =>
        withTries(
          `Signed ${transactions === 1 ? 'one transaction' : `${transactions} transactions`} on the Ledger, and saw what they paid confirmed`,
          tries,
        ),
    ));
  const later = await goOnInBackground(cast, scene, phases);
  const { founder } = later.cast;
  if (world) await leaveStellarToVault(later.client, later.cast);
  const proofs = await phases.run(
    'verify',
    'Reading the whole vault',
    () => prove(later.client, founder),
    ({ books, audit }) =>
      `Read the whole vault: ${counted(books.entries)} ledger entries, ${counted(audit.entries)} audit entries`,
  );
  return {
    cast,
    requested,
    policy: { ...policy, tries: [...policy.tries, ...(signed?.tries ?? []), ...later.settled.tries] },
    stellar: world && signed && ledger && seen(scene.stellar, ledger, world, signed.transactions),
    stripe: overProvider(providers.stripe, () => stripeSays(providers)),
    nowpayments: overProvider(providers.nowpayments, () => nowPaymentsSays(providers)),
    outage: later.outage,
    mails: mailsSeen(scene.mail),
    proofs,
  };
}

/** Nobody starts a job from here on: they run by themselves, while the providers come and go. */
async function goOnInBackground(cast: Cast, { inBackground, providers, mail }: Scene, phases: Phases) {
  const { client, again } = await phases.run(
    'restart',
    'Starting again, with jobs that run by themselves',
    async () => {
      const client = await inBackground();
      return { client, again: await signInAgain(client, cast) };
    },
    () => 'Closed the vault and opened it again, with jobs that run by themselves',
  );
  const isOverProviders = providers.stripe.length + providers.nowpayments.length > 0;
  const outage = isOverProviders
    ? await phases.run(
        'outage',
        'Waiting for the first payments, then stopping the providers',
        () => loseProviders(client, again.founder, providers),
        ({ paidBefore, awayMs, missed }) =>
          `Stopped Stripe and NOWPayments after ${counted(paidBefore)} payments for ${(awayMs / 1_000).toFixed(1)} s; not answered: ${missed.join(', ') || 'nobody'}`,
      )
    : null;
  const settled: Settled = await phases.run(
    'settle',
    'Paying and settling in the background',
    (phase) => waitUntilSettled(client, { ...again, isTold: () => isToldOfCode(mail) }, phase),
    ({ counts: { completed, failed, quarantined }, tries }) =>
      withTries(
        `${counted(completed)} completed and settled, ${counted(failed)} failed, ${counted(quarantined)} quarantined`,
        tries,
      ),
  );
  return { client, cast: again, outage, settled };
}

const withTries = (said: string, tries: readonly Try[]) =>
  [said, ...tries.map(({ who, what, answer }) => `    ${who} ${what}: ${answer}`)].join('\n');

const paidIn = ({ world, providers }: Scene) => [
  ...(world ? [{ assetId: world.usdc, decimals: STELLAR_DECIMALS }] : []),
  ...(providers.nowpayments.length > 0 ? [{ assetId: NOW_ASSET, decimals: NOW_SCALE }] : []),
];

async function request(
  client: EngineClient,
  cast: Cast,
  { simulated, stellar, world, providers }: Scene,
): Promise<Requested> {
  const { context } = cast.founder;
  const [approver] = cast.approvers;
  if (!approver) throw new Error('Somebody else than the founder confirms destinations');
  const filled = simulated === 0 ? null : await client.sandbox.fill({ payouts: simulated }, { context });
  if (world) await askOnStellar(client, cast, world);
  await askOverProviders(client, cast.founder, providers);
  await confirmDestinations(client, approver);
  const { completed = 0, failed = 0, quarantined = 0 } = filled?.expected ?? {};
  const elsewhere = stellar + providers.stripe.length + providers.nowpayments.length;
  return {
    payouts: simulated + elsewhere,
    // Everybody who is paid over the others can be.
    expected: { completed: completed + elsewhere, failed, quarantined },
    plans: filled?.plans ?? null,
  };
}

function seen(payouts: number, ledger: DemoLedger, world: StellarWorld, transactions: number): OnStellar {
  const device = { app: ledger.app, confirmations: ledger.confirmations() };
  return { device, payouts, transactions, chain: chainSays(world) };
}

function overProvider(payees: readonly unknown[], says: () => ProviderSays): OverProvider | null {
  return payees.length === 0 ? null : { payouts: payees.length, says: says() };
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
