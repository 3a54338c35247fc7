/** A contract that pays, over a real engine set up by its environment, signed on each version of the device's app. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Operation } from '@stellar/stellar-sdk';
import { afterEach, describe, expect, it } from 'vitest';
import { SimulatedDevice } from '../../../main/sandbox/ledger-device/device.ts';
import { startEmulator } from '../../../main/sandbox/ledger-device/emulator-http.ts';
import { PUBLIC_TEST_WORDS } from '../../../main/sandbox/ledger-device/keys.ts';
import { personAt } from '../../../main/sandbox/ledger-device/person.ts';
import { WINNINGS } from '../../../main/sandbox/stellar/contracts.ts';
import { signTerms } from '../../../main/signing/personal-desk.ts';
import { addPerson, approveAs, confirmPayee, foundVault, signIn } from '../../support/desk.ts';
import { startEngine } from '../../support/program.ts';
import { stellarWorld } from '../../support/stellar-world.ts';

const XLM = 'stellar:sandbox:native';
/** The first account of the device's public test words. */
const ON_DEVICE = 'GCNCEJIAZ5D3APIF5XWAJ3JSSTHM4HPHE7GK3NAB6R6WWSZDB2A2BQ5B';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function world(app: '5.6.0' | '6.0.0') {
  const stellar = await stellarWorld();
  closing.push(() => stellar.close());
  const device = new SimulatedDevice({ seed: PUBLIC_TEST_WORDS, app, blindSigning: true });
  const emulator = await startEmulator(device);
  closing.push(() => emulator.close());
  const person = personAt(device, () => 'approve');
  stellar.act(stellar.treasury, [Operation.setOptions({ signer: { ed25519PublicKey: ON_DEVICE, weight: 1 } })]);
  // All of it as an operating system would give it.
  const environment = {
    COUNTERSIGN_LEDGER: emulator.url,
    PAYOUT_CONTRACT_ID: WINNINGS,
    PAYOUT_PAY_BY: 'contract_call',
    PAYOUT_SOURCE_ACCOUNT: stellar.treasury.publicKey(),
    SOROBAN_RPC_URL: stellar.rpcUrl,
    HORIZON_URL: stellar.horizonUrl,
    PAYOUTS_LIVE_EXECUTION: 'true',
    PAYOUTS_MAX_GAS_STROOPS: '1000000',
  };
  Object.assign(process.env, environment);
  closing.push(() => {
    for (const name of Object.keys(environment)) delete process.env[name];
  });

  const folder = mkdtempSync(join(tmpdir(), 'countersign-calls-'));
  closing.push(() => rmSync(folder, { recursive: true }));
  const onCrash = (error: Error) => {
    throw error;
  };
  const engine = await startEngine(
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

  const approved = async (name: string) => {
    const to = stellar.account(name, false).publicKey();
    const destination = { rail: 'stellar' as const, address: to };
    const payee = await client.payees.create({ reference: name, name, destination }, ada);
    await confirmPayee(client, ben, payee);
    const payout = await client.payouts.request(
      {
        reference: `for ${name}`,
        payeeId: payee.id,
        destinationId: payee.destinations[0]?.id ?? '',
        assetId: XLM,
        amountMinor: '50000000',
        idempotencyKey: name,
      },
      ada,
    );
    await approveAs(client, ben, payout.id);
    return { id: payout.id, address: to };
  };
  const close = () => {
    stellar.time.nowMs = Math.max(stellar.time.nowMs, Date.now());
    stellar.network.close();
  };
  const limits = async () => {
    const { version, dataBytesMax } = await client.device.status({}, ben);
    return { version, dataBytesMax };
  };
  return { client, ada, ben, stellar, person, approved, close, limits };
}

describe('a contract call over the engine', () => {
  it('is set up by environment, read page by page on the Ledger, and pays everybody in it', async () => {
    const { client, ada, ben, stellar, person, approved, close, limits } = await world('5.6.0');
    expect(await client.chain.overview({}, ada)).toMatchObject({
      contractId: WINNINGS,
      methodName: 'distribute_winnings',
      paysByCall: true,
      fromEnvironment: expect.arrayContaining(['PAYOUT_CONTRACT_ID', 'PAYOUT_PAY_BY']),
    });
    const one = await approved('Carla');
    const two = await approved('Dora');
    const device = await limits();
    expect(await client.chain.plan({ device }, ben)).toMatchObject({ call: { contract: WINNINGS }, later: 0 });
    const { id } = await client.chain.build({ device }, ben);
    const document = await client.chain.get({ id }, ada);
    expect(document).toMatchObject({
      agrees: true,
      payments: 2,
      operations: [{ differs: null, payout: null, pays: [{ payoutId: one.id, payee: 'Carla' }, { payoutId: two.id }] }],
    });
    expect(document.operations[0]?.words).toContain(`Call distribute_winnings(${stellar.treasury.publicKey()}`);
    expect(await client.chain.simulateAgain({ id, device }, ben)).toMatchObject({
      changed: false,
      transaction: { id },
    });
    expect(await client.chain.signOnDevice({ id }, ben)).toMatchObject({ state: 'signed' });
    const read = person.read.join(' ').replaceAll(/\s/g, '');
    expect(read).toContain('distribute_winnings');
    // A long address goes over two of its pages.
    expect(read).toContain(one.address.slice(0, 49));
    await client.chain.submit({ id }, ben);
    close();
    expect(await client.chain.confirm({ id }, ben)).toMatchObject({ state: 'confirmed' });
    for (const payout of [one, two]) {
      expect((await client.payouts.get({ id: payout.id }, ada)).status).toBe('completed');
      expect(stellar.network.world.accounts.get(payout.address)?.balance).toBe(100_050_000_000n);
    }
  });

  it('is built anew where it needs something else when it is to be signed', async () => {
    const { client, ben, stellar, approved, limits } = await world('5.6.0');
    const one = await approved('Carla');
    await approved('Dora');
    const { id } = await client.chain.build({ device: await limits() }, ben);
    stellar.network.world.accounts.delete(one.address);
    const refused = await client.chain.signOnDevice({ id }, ben).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'contract.simulation_changed', data: { id: expect.any(String) } });
    const anew = (refused as { data: { id: string } }).data.id;
    expect(await client.chain.get({ id: anew }, ben)).toMatchObject({ payments: 1, agrees: true });
    expect(await client.chain.signOnDevice({ id: anew }, ben)).toMatchObject({ state: 'signed' });
  });

  it('is signed blindly on app 6 only where the policy names the contract', async () => {
    const { client, ada, ben, approved, close, limits } = await world('6.0.0');
    const payout = await approved('Carla');
    const device = await limits();
    await expect(client.chain.build({ device }, ben)).rejects.toMatchObject({ code: 'contract.blind_signing' });
    // Built for nobody's device in particular, it is refused when it comes to one.
    const { id } = await client.chain.build({}, ben);
    await expect(client.chain.signOnDevice({ id }, ben)).rejects.toMatchObject({
      code: 'device.blind_signing_refused',
    });
    await client.chain.discard({ id }, ben);
    const { terms, version } = await client.policies.current(undefined, ada);
    const named = { ...terms, blindSigning: [WINNINGS] };
    expect(
      await signTerms(client, ada, { kind: 'policy', baseVersion: version, terms: named, reason: 'We read its code.' }),
    ).toMatchObject({ done: true });
    const built = await client.chain.build({ device }, ben);
    expect(await client.chain.signOnDevice({ id: built.id }, ben)).toMatchObject({ state: 'signed' });
    await client.chain.submit({ id: built.id }, ben);
    close();
    expect(await client.chain.confirm({ id: built.id }, ben)).toMatchObject({ state: 'confirmed' });
    expect((await client.payouts.get({ id: payout.id }, ada)).status).toBe('completed');
  });
});
