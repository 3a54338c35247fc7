/** Stellar payments over a real engine: a simulated network and a simulated Ledger, each on its socket. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Operation, TransactionBuilder } from '@stellar/stellar-sdk';
import { afterEach, describe, expect, it } from 'vitest';
import type { Engine } from '../../../main/engine/host.ts';
import { withSignature } from '../../../main/rails/stellar/signed.ts';
import { SimulatedDevice } from '../../../main/sandbox/ledger-device/device.ts';
import { startEmulator } from '../../../main/sandbox/ledger-device/emulator-http.ts';
import { PUBLIC_TEST_WORDS } from '../../../main/sandbox/ledger-device/keys.ts';
import { type Decision, personAt } from '../../../main/sandbox/ledger-device/person.ts';
import { addPerson, approveAs, confirmPayee, foundVault, signIn } from '../../support/desk.ts';
import { startEngine } from '../../support/program.ts';
import { stellarSettings } from '../../support/rail-settings.ts';
import { networkPassphrase, type StellarWorld, stellarWorld } from '../../support/stellar-world.ts';

const XLM = 'stellar:sandbox:native';
/** The first account of the device's public test words. */
const ON_DEVICE = 'GCNCEJIAZ5D3APIF5XWAJ3JSSTHM4HPHE7GK3NAB6R6WWSZDB2A2BQ5B';
const STROOPS = 10_000_000n;

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  delete process.env.COUNTERSIGN_LEDGER;
});

async function world(
  settings: Record<string, string> = {},
  decision: Decision = 'approve',
  /** Set where the program is started; then nothing is set in the vault. */
  environment: ((stellar: StellarWorld) => Record<string, string>) | null = null,
) {
  const stellar = await stellarWorld();
  closing.push(() => stellar.close());
  for (const [name, value] of Object.entries(environment?.(stellar) ?? {})) {
    process.env[name] = value;
    closing.push(() => delete process.env[name]);
  }
  const device = new SimulatedDevice({ seed: PUBLIC_TEST_WORDS, app: '5.6.0' });
  const emulator = await startEmulator(device);
  closing.push(() => emulator.close());
  personAt(device, () => decision);
  process.env.COUNTERSIGN_LEDGER = emulator.url;
  // Both may sign: the device, and a key that other programs hold.
  stellar.act(stellar.treasury, [Operation.setOptions({ signer: { ed25519PublicKey: ON_DEVICE, weight: 1 } })]);

  const folder = mkdtempSync(join(tmpdir(), 'countersign-stellar-'));
  closing.push(() => rmSync(folder, { recursive: true }));
  const onCrash = (error: Error) => {
    throw error;
  };
  const engine: Engine = await startEngine(
    { target: { kind: 'folder', folder }, backgroundJobs: false, version: '0.0.0-test' },
    { onCrash },
  );
  closing.push(() => engine.stop());
  const { client } = engine;
  await foundVault(client);
  const ada = await signIn(client, 'Ada');
  await addPerson(client, ada, 'Ben', ['approver', 'operator', 'signer']);
  const ben = await signIn(client, 'Ben');
  await client.ledger.addAsset({ assetId: XLM, scale: 7, minimumPayoutMinor: '1' }, ada);
  await client.desk.fund({ assetId: XLM, amountMinor: '100000000000', idempotencyKey: 'first' }, ada);
  const configured = {
    PAYOUT_SOURCE_ACCOUNT: stellar.treasury.publicKey(),
    SOROBAN_RPC_URL: stellar.rpcUrl,
    HORIZON_URL: stellar.horizonUrl,
    PAYOUTS_LIVE_EXECUTION: 'true',
    ...settings,
  };
  const given = Object.fromEntries(Object.entries(configured).filter(([, text]) => text !== ''));
  if (environment === null) await client.railSettings.change(stellarSettings(given), ada);

  const approved = async (name: string, amountMinor = 50_000_000n) => {
    const to = stellar.account(name, false).publicKey();
    const payee = await client.payees.create(
      { reference: name, name, destination: { rail: 'stellar', address: to } },
      ada,
    );
    await confirmPayee(client, ben, payee);
    const payout = await client.payouts.request(
      {
        reference: `for ${name}`,
        payeeId: payee.id,
        destinationId: payee.destinations[0]?.id ?? '',
        assetId: XLM,
        amountMinor: amountMinor.toString(),
        idempotencyKey: name,
      },
      ada,
    );
    await approveAs(client, ben, payout.id);
    return { id: payout.id, address: to, reference: payout.reference };
  };
  const close = () => {
    stellar.time.nowMs = Math.max(stellar.time.nowMs, Date.now());
    stellar.network.close();
  };
  const sign = (xdr: string) => {
    const hash = TransactionBuilder.fromXDR(xdr, networkPassphrase).hash();
    return withSignature(xdr, networkPassphrase, stellar.treasury.publicKey(), stellar.treasury.sign(hash));
  };
  const statusOf = async (id: string) => (await client.payouts.get({ id }, ada)).status;
  return { client, ada, ben, stellar, approved, close, sign, statusOf };
}

describe('Stellar payments over the engine', () => {
  it('are reviewed and signed on the Ledger, submitted, and seen to arrive', async () => {
    const { client, ada, ben, approved, close, statusOf } = await world();
    const one = await approved('Carla');
    const two = await approved('Dora');
    const status = await client.device.status({}, ben);
    expect(status).toMatchObject({ version: '5.6.0', paymentsMax: { native: 35, issued: 35 } });
    const [own, second] = await client.device.accounts({}, ben);
    expect(own).toEqual({ path: "44'/148'/0'", address: ON_DEVICE, weight: 1 });
    expect(second).toMatchObject({ path: "44'/148'/1'", weight: 0 });

    const plan = await client.chain.plan({ device: status }, ben).catch((error: unknown) => error);
    expect(plan).toMatchObject({ code: 'input.invalid' });
    const device = { version: status.version, dataBytesMax: status.dataBytesMax };
    expect(await client.chain.plan({ device }, ben)).toMatchObject({
      mode: 'signers',
      payments: [{ payoutId: one.id }, { payoutId: two.id }],
      later: 0,
    });
    const { id } = await client.chain.build({ device }, ben);
    const document = await client.chain.get({ id }, ada);
    expect(document).toMatchObject({
      agrees: true,
      xdr: null,
      needed: 1,
      weight: 0,
      operations: [
        { position: 0, differs: null, payout: { payoutId: one.id, payee: 'Carla' } },
        { position: 1, differs: null, payout: { payoutId: two.id } },
      ],
    });
    expect(document.operations[0]?.words).toBe(`Pay 5 XLM to ${one.address}`);
    expect(await client.chain.signOnDevice({ id }, ben)).toMatchObject({ state: 'signed', weight: 1, needed: 1 });
    expect(await client.chain.submit({ id }, ben)).toMatchObject({ state: 'submitted', submissions: 1 });
    close();
    expect(await client.chain.confirm({ id }, ben)).toMatchObject({ state: 'confirmed', feeChargedMinor: '200' });
    expect([await statusOf(one.id), await statusOf(two.id)]).toEqual(['completed', 'completed']);
    expect((await client.payouts.get({ id: one.id }, ada)).settled).toBe(true);
  });

  it('are outbid on the Ledger, unless its weight alone is too little for that', async () => {
    const { client, ada, ben, stellar, approved, close, sign } = await world();
    const toSubmitted = async (name: string, others: (id: string) => Promise<unknown>) => {
      await approved(name);
      const { id } = await client.chain.build({}, ben);
      await client.chain.signOnDevice({ id }, ben);
      await others(id);
      expect(await client.chain.submit({ id }, ben)).toMatchObject({ state: 'submitted' });
      return id;
    };
    const one = await toSubmitted('Carla', async () => undefined);
    await client.chain.bump({ id: one }, ben);
    expect((await client.chain.get({ id: one }, ada)).bumps).toMatchObject([{ feeMinor: '2000' }]);
    close();
    expect(await client.chain.confirm({ id: one }, ben)).toMatchObject({ state: 'confirmed', feeChargedMinor: '200' });

    // To pay a fee takes the low threshold, which here wants both signers.
    stellar.act(stellar.treasury, [Operation.setOptions({ lowThreshold: 2 })]);
    const two = await toSubmitted('Dora', async (id) => {
      const { xdr } = await client.chain.handOut({ id }, ben);
      expect(await client.chain.queueSigned({ id, xdr: sign(xdr ?? '') }, ben)).toMatchObject({ weight: 2, needed: 2 });
    });
    await expect(client.chain.bump({ id: two }, ben)).rejects.toMatchObject({
      code: 'transaction.too_few_signatures',
      data: { weight: 1, needed: 2 },
    });
    expect((await client.chain.get({ id: two }, ada)).bumps).toEqual([]);
  });

  it('are left to be claimed where that was approved, and taken back on the Ledger when nobody came', async () => {
    const { client, ada, ben, stellar, approved, close, statusOf } = await world();
    const payout = await approved('Carla');
    const { version } = await client.payouts.get({ id: payout.id }, ada);
    const way = { method: 'claimable_balance', reclaimAfterS: 3_600 } as const;
    expect(await client.payouts.edit({ id: payout.id, version, ...way }, ada)).toMatchObject({
      ...way,
      status: 'pending',
      revision: 2,
      approvals: { given: [] },
    });
    await approveAs(client, ben, payout.id);
    const onLedger = async (id: string) => {
      await client.chain.signOnDevice({ id }, ben);
      await client.chain.submit({ id }, ben);
      close();
      expect(await client.chain.confirm({ id }, ben)).toMatchObject({ state: 'confirmed' });
      return client.chain.get({ id }, ada);
    };
    const made = await onLedger((await client.chain.build({}, ben)).id);
    expect(made.operations[0]?.words).toContain(`claimed by ${payout.address} (at any time)`);
    expect(await client.payouts.get({ id: payout.id }, ada)).toMatchObject({
      status: 'completed',
      claim: { state: 'open', endedAtMs: null },
    });

    const reclaim = () => client.chain.reclaim({ payoutId: payout.id }, ben);
    await expect(reclaim()).rejects.toMatchObject({ code: 'claim.too_early' });
    stellar.time.nowMs = Math.max(stellar.time.nowMs, Date.now()) + 3_700_000;
    close();
    const back = await onLedger((await reclaim()).id);
    expect(back).toMatchObject({ purpose: 'reclaim', agrees: true, operations: [{ payout: { payoutId: payout.id } }] });
    const { claim, timeline } = await client.payouts.get({ id: payout.id }, ada);
    expect(claim).toMatchObject({ state: 'reclaimed', hash: back.hash });
    expect(timeline.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['payout.reclaimed', 'payout.reversed']),
    );
    expect(await statusOf(payout.id)).toBe('completed');
  });

  it('that are rejected on the Ledger can be discarded at once, and built again', async () => {
    const { client, ben, approved, statusOf } = await world({}, 'reject');
    const payout = await approved('Carla');
    const { id, hash } = await client.chain.build({}, ben);
    await expect(client.chain.signOnDevice({ id }, ben)).rejects.toMatchObject({ code: 'device.rejected' });
    expect(await statusOf(payout.id)).toBe('processing');
    expect(await client.chain.discard({ id }, ben)).toMatchObject({ state: 'expired', words: 'discarded' });
    expect(await statusOf(payout.id)).toBe('approved');
    const again = await client.chain.build({}, ben);
    expect(again.hash).not.toBe(hash);
  });

  it('can be asked for by other programs: recorded until they are approved, then built, then taken back signed', async () => {
    const { client, ada, ben, stellar, approved, close, sign, statusOf } = await world();
    const carla = await approved('Carla');
    const asked = {
      payoutId: carla.reference,
      destinationAccount: carla.address,
      amount: '5.0000000',
      asset: 'XLM',
      idempotencyKey: 'key-1',
    };
    const built = await client.chainExecution.create(asked, ada);
    if (built.status !== 200) throw new Error('It was approved');
    expect(built.body).toMatchObject({ status: 'built', payoutId: carla.id, state: 'built', feeMinor: '100' });
    expect(await client.chainExecution.create(asked, ada)).toEqual(built);
    expect(await statusOf(carla.id)).toBe('processing');

    const refused = async (change: Partial<typeof asked>) =>
      client.chainExecution
        .create({ ...asked, ...change }, ada)
        .catch((error: unknown) => (error as { code: string }).code);
    expect(await refused({ amount: '6' })).toBe('chain.payout_differs');
    expect(await refused({ destinationAccount: stellar.treasury.publicKey() })).toBe('chain.payout_differs');
    for (const [change, code] of [
      [{ amount: '0.00000001' }, 'chain.amount'],
      [{ amount: '5.00000000' }, 'chain.amount'],
      [{ amount: '0' }, 'chain.amount'],
      [{ amount: '-5' }, 'chain.amount'],
      [{ amount: '1e3' }, 'chain.amount'],
      [{ amount: '922337203685.4775808' }, 'chain.amount'],
      [{ asset: 'USDC' }, 'chain.asset'],
      [{ asset: 'USDC:GNONE' }, 'chain.asset'],
      [{ destinationAccount: `${carla.address.slice(0, -1)}A` }, 'chain.address'],
      [{ destinationAccount: 'SNOTASECRET' }, 'chain.address'],
      [{ idempotencyKey: 'a key' }, 'input.invalid'],
    ] as const) {
      expect(await refused(change), JSON.stringify(change)).toBe(code);
    }
    const submit = (signedXdr: string) => client.chainExecution.submitSigned({ id: carla.reference, signedXdr }, ada);
    await expect(submit('AAAA')).rejects.toMatchObject({ code: 'transaction.malformed' });
    await expect(submit('A'.repeat(1_000_000))).rejects.toMatchObject({ code: 'transaction.too_large' });
    expect(await submit(sign(built.body.xdr))).toMatchObject({ state: 'submitted' });
    close();
    await client.chain.confirm({ id: built.body.transactionId }, ben);
    expect(await statusOf(carla.id)).toBe('completed');

    const unknown = stellar.account('Nobody yet', false).publicKey();
    const recorded = await client.chainExecution.create(
      { ...asked, payoutId: 'invoice 7', destinationAccount: unknown, idempotencyKey: 'key-2' },
      ada,
    );
    if (recorded.status !== 202) throw new Error('Nobody approved it');
    expect(await statusOf(recorded.body.payoutId)).toBe('pending');
  });

  it('are out once another program was given one that a person had built: nobody discards it then', async () => {
    const { client, ada, ben, approved } = await world();
    const carla = await approved('Carla');
    const { id } = await client.chain.build({}, ben);
    const asked = {
      payoutId: carla.reference,
      destinationAccount: carla.address,
      amount: '5',
      asset: 'XLM',
      idempotencyKey: 'key-1',
    };
    expect(await client.chainExecution.create(asked, ada)).toMatchObject({ status: 200, body: { transactionId: id } });
    expect((await client.chain.get({ id }, ben)).xdr).not.toBe(null);
    await expect(client.chain.discard({ id }, ben)).rejects.toMatchObject({ code: 'chain.not_discardable' });
  });

  it('are only built as long as nothing is said of live execution', async () => {
    const { client, ben, approved, sign, close, statusOf } = await world({ PAYOUTS_LIVE_EXECUTION: '' });
    const payout = await approved('Carla');
    const { id } = await client.chain.build({}, ben);
    const { xdr, sep7, mode } = await client.chain.get({ id }, ben);
    expect(mode).toBe('build_only');
    expect(sep7).toContain('web+stellar:tx?xdr=');
    const signed = sign(xdr ?? '');
    await expect(client.chain.queueSigned({ id, xdr: signed }, ben)).rejects.toMatchObject({ code: 'rail.build_only' });
    await expect(client.chain.submit({ id }, ben)).rejects.toMatchObject({ code: 'rail.build_only' });
    await expect(client.chain.discard({ id }, ben)).rejects.toMatchObject({ code: 'chain.not_discardable' });
    close();
    await client.desk.runJob({ name: 'process-chain' }, ben);
    expect(await statusOf(payout.id)).toBe('processing');
  });

  it('are signed by a hot key within its caps, without anybody’s doing', async () => {
    const { client, ada, stellar, approved, close, statusOf } = await world();
    const hot = stellar.account('a hot key', false);
    stellar.act(stellar.treasury, [Operation.setOptions({ signer: { ed25519PublicKey: hot.publicKey(), weight: 1 } })]);
    await client.railSettings.change(
      stellarSettings({
        PAYOUTS_SIGN_WITH_HOT_KEY: 'true',
        // The one before is still there while the new one takes its place.
        PAYOUT_HOT_SIGNER_SECRET: `${stellar.account('not a signer yet', false).secret()},${hot.secret()}`,
        PAYOUT_HOT_SIGNER_CAPS: 'XLM=8',
      }),
      ada,
    );
    expect((await client.chain.overview({}, ada)).hotKey?.caps).toEqual([{ asset: 'XLM', amount: '8' }]);
    const one = await approved('Carla', 5n * STROOPS);
    const two = await approved('Dora', 4n * STROOPS);
    await client.desk.runJob({ name: 'process-chain' }, ada);
    close();
    await client.desk.runJob({ name: 'process-chain' }, ada);
    expect([await statusOf(one.id), await statusOf(two.id)]).toEqual(['completed', 'approved']);
    // What is left of the cap is less than the next one.
    await client.desk.runJob({ name: 'process-chain' }, ada);
    expect(await statusOf(two.id)).toBe('approved');
  });

  it('are set up by the environment alone: a hot key pays, a fee account outbids, and no secret is stored', async () => {
    const { client, ada, stellar, approved, close, statusOf } = await world({}, 'approve', (on) => {
      const hot = on.account('a hot key', false);
      on.act(on.treasury, [Operation.setOptions({ signer: { ed25519PublicKey: hot.publicKey(), weight: 1 } })]);
      const fees = on.account('a fee account', false);
      return {
        PAYOUT_CONTRACT_ID: on.network.contracts.winnings,
        PAYOUT_SOURCE_ACCOUNT: on.treasury.publicKey(),
        STELLAR_NETWORK_PASSPHRASE: networkPassphrase,
        SOROBAN_RPC_URL: on.rpcUrl,
        PAYOUTS_LIVE_EXECUTION: 'true',
        PAYOUTS_SIGN_WITH_HOT_KEY: 'true',
        PAYOUT_HOT_SIGNER_SECRET: hot.secret(),
        PAYOUT_HOT_SIGNER_CAPS: 'XLM=100',
        PAYOUT_METHOD_NAME: 'distribute_winnings',
        PAYOUTS_MAX_GAS_STROOPS: '1000000',
        PAYOUTS_MAX_ATTEMPTS: '3',
        PAYOUTS_CONFIRM_POLL_MS: '10',
        PAYOUTS_CONFIRM_MAX_POLLS: '2',
        PAYOUT_FEE_ACCOUNT: fees.publicKey(),
        PAYOUT_FEE_SIGNER_SECRET: fees.secret(),
        PAYOUT_FEE_CAP_XLM: '0.01',
        PAYOUTS_BUMP_AFTER_S: '1',
      };
    });
    const overview = await client.chain.overview({}, ada);
    expect(overview).toMatchObject({ mode: 'hot_key', maxFeeMinor: '1000000', contractId: expect.any(String) });
    expect(overview.feeAccount).toMatchObject({ dailyCapMinor: '100000', spentMinor: '0' });
    expect(overview.fromEnvironment).toHaveLength(17);
    const { settings } = await client.railSettings.list({ rail: 'stellar' }, ada);
    expect(settings.filter(({ from }) => from === 'vault')).toEqual([]);
    for (const name of ['PAYOUT_HOT_SIGNER_SECRET', 'PAYOUT_FEE_SIGNER_SECRET']) {
      const [secret] = settings.find((one) => one.name === name)?.secrets ?? [];
      expect(secret, name).toEqual({ commitment: null, shown: expect.stringMatching(/^G/), sinceMs: null });
    }

    const { id } = await approved('Carla');
    const run = () => client.desk.runJob({ name: 'process-chain' }, ada);
    // Submitted at the usual fee; then the network asks for more than was bid.
    await run();
    stellar.network.raiseFee(500n, 3_600_000);
    close();
    await run();
    expect(await statusOf(id)).toBe('processing');
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    await run();
    close();
    await run();
    expect(await statusOf(id)).toBe('completed');
    const [paid] = (await client.chain.list({}, ada)).items;
    expect(paid).toMatchObject({
      state: 'confirmed',
      feeChargedMinor: '1000',
      feeSource: overview.feeAccount?.address,
    });
    expect((await client.chain.overview({}, ada)).feeAccount?.spentMinor).toBe('1000');
  });

  it('go on a simulated network of the vault’s own where no other is named', async () => {
    const { client, ada, stellar } = await world({ SOROBAN_RPC_URL: '', HORIZON_URL: '' });
    const overview = await client.chain.overview({}, ada);
    expect(overview).toMatchObject({ network: 'sandbox', mode: 'signers', source: stellar.treasury.publicKey() });
    await expect(client.chain.plan({}, await signIn(client, 'Ben'))).rejects.toMatchObject({
      code: 'chain.nothing_to_build',
    });
  });

  it('refuse a setting that cannot be, and say which', async () => {
    const { client, ada } = await world();
    for (const [name, text, code] of [
      ['PAYOUT_SOURCE_ACCOUNT', 'me', 'rail.setting'],
      ['PAYOUT_SOURCE_ACCOUNT', 'GA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVSGA', 'rail.setting'],
      ['PAYOUTS_LIVE_EXECUTION', 'yes', 'rail.setting'],
      ['PAYOUTS_MAX_GAS_STROOPS', '-1', 'rail.setting'],
      ['SOROBAN_RPC_URL', 'file:///etc/passwd', 'rail.setting'],
      ['PAYOUT_HOT_SIGNER_SECRET', 'SAAA', 'rail.setting'],
      ['SOMETHING_ELSE', '1', 'rail.setting_unknown'],
    ] as const) {
      const changes = [{ what: 'set' as const, name, text }];
      const asked = client.railSettings.change({ rail: 'stellar', changes, reason: 'To see.' }, ada);
      await expect(asked, name).rejects.toMatchObject({ code, data: { name } });
    }
    // Each can be, and together they cannot.
    const changes = [{ what: 'set' as const, name: 'PAYOUTS_SIGN_WITH_HOT_KEY', text: 'true' }];
    await expect(
      client.railSettings.change({ rail: 'stellar', changes, reason: 'To see.' }, ada),
    ).rejects.toMatchObject({ code: 'chain.setting', data: { name: 'PAYOUT_HOT_SIGNER_SECRET' } });
  });
});
