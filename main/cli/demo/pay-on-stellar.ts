/** Payouts over Stellar: asked for with a file's rows, paid in as many transactions as the Ledger reviews. */
import type { EngineClient } from '../../engine/host.ts';
import { type StellarPayee, type StellarWorld, stellarWorld, XLM } from '../../sandbox/stellar/demo-world.ts';
import type { SignedInDesk } from '../../signing/personal-desk.ts';
import { VerbFailed } from '../verb.ts';
import { inUsdc } from './chain-says.ts';
import type { Cast } from './people.ts';
import type { Phase } from './phases.ts';
import { codeOf, type Try } from './policy.ts';

/** For fees; far more than they come to. */
const XLM_MINOR = '1000000000';

/** A network, and a vault that knows it. */
export async function setUpStellar(
  client: EngineClient,
  { founder }: Cast,
  stateFile: string,
  payouts: number,
): Promise<StellarWorld> {
  const { context } = founder;
  const [account] = await client.device.accounts({}, { context });
  if (!account) throw new VerbFailed('The simulated Ledger has no account.');
  const world = await stellarWorld(stateFile, payouts, account.address);
  const { usdc, fundedMinor } = world;
  for (const [assetId, amountMinor] of [
    [usdc, fundedMinor.toString()],
    [XLM, XLM_MINOR],
  ] as const) {
    await client.ledger.addAsset({ assetId, scale: 7, minimumPayoutMinor: '1' }, { context });
    await client.desk.fund({ assetId, amountMinor, idempotencyKey: `demo-${assetId}` }, { context });
  }
  await configure(client, founder, world, { rpc: world.sandbox.rpcUrl, horizon: world.sandbox.horizonUrl });
  return world;
}

/** From now on the vault runs its network by itself, from the ledgers that were kept beside it. */
export async function leaveStellarToVault(client: EngineClient, { founder }: Cast): Promise<void> {
  await client.railSettings.change(
    {
      rail: 'stellar',
      changes: [
        { what: 'clear', name: 'SOROBAN_RPC_URL' },
        { what: 'clear', name: 'HORIZON_URL' },
      ],
      reason: 'From here on the vault runs the network itself.',
    },
    { context: founder.context },
  );
}

async function configure(
  client: EngineClient,
  { context }: Pick<SignedInDesk, 'context'>,
  { source }: StellarWorld,
  urls: { readonly rpc: string; readonly horizon: string },
): Promise<void> {
  const settings = {
    PAYOUT_SOURCE_ACCOUNT: source,
    SOROBAN_RPC_URL: urls.rpc,
    HORIZON_URL: urls.horizon,
    PAYOUTS_LIVE_EXECUTION: 'true',
  };
  const changes = Object.entries(settings).map(([name, text]) => ({ what: 'set' as const, name, text }));
  await client.railSettings.change({ rail: 'stellar', changes, reason: 'The network of the demo.' }, { context });
}

/** The founder brings the rows in. */
export async function askOnStellar(
  client: EngineClient,
  { founder }: Cast,
  { payees, usdc }: StellarWorld,
): Promise<void> {
  const rows = payees.map(({ reference, name, address, amountMinor }: StellarPayee) => ({
    payee: reference,
    payeeName: name,
    rail: 'stellar',
    address,
    amount: inUsdc(amountMinor),
    asset: usdc,
    reference,
  }));
  const { done, problems } = await client.imports.payouts(
    { mode: 'commit', rows, createPayees: true },
    { context: founder.context },
  );
  if (!done) throw new VerbFailed(`The rows could not be imported: ${JSON.stringify(problems[0] ?? null)}`);
}

/** Transaction after transaction, until nothing waits; each is reviewed and approved on the Ledger. */
export async function payOnStellar(
  client: EngineClient,
  { founder, signer }: Cast,
  { sandbox, payees }: StellarWorld,
  phase: Phase,
): Promise<{ readonly transactions: number; readonly tries: readonly Try[] }> {
  if (!signer) throw new Error('Somebody signs in the demo');
  const { context } = signer;
  const { version, dataBytesMax } = await client.device.status({}, { context });
  const tries: Try[] = [];
  let transactions = 0;
  let paid = 0;
  while ((await client.chain.overview({}, { context })).waiting > 0) {
    const { id, payments } = await client.chain.build({ device: { version, dataBytesMax } }, { context });
    if (tries.length === 0) tries.push(await signWhatSheAskedFor(client, founder, id));
    await client.chain.signOnDevice({ id }, { context });
    await client.chain.submit({ id }, { context });
    sandbox.network.close();
    const { state, words } = await client.chain.confirm({ id }, { context });
    if (state !== 'confirmed') throw new VerbFailed(`Transaction ${id} is ${state}: ${words ?? 'no word of it'}`);
    transactions += 1;
    paid += payments;
    phase.reached(paid, payees.length);
  }
  return { transactions, tries };
}

async function signWhatSheAskedFor(client: EngineClient, { me, context }: SignedInDesk, id: string): Promise<Try> {
  const answer = await client.chain.signOnDevice({ id }, { context }).then(({ state }) => state, codeOf);
  return { who: me.name, what: 'signs what she asked for herself', answer, expected: 'policy.separate_signer' };
}
