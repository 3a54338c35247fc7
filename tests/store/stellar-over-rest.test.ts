/** Stellar payments as scripts ask for them: over HTTP, on a database, with a network on sockets of its own. */
import { Asset, Operation, StrKey, type Transaction, TransactionBuilder } from '@stellar/stellar-sdk';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { withSignature } from '../../main/rails/stellar/signed.ts';
import { addPerson, newCredentials, signInWith } from '../../main/signing/personal-desk.ts';
import { countersign } from '../main/cli/command.ts';
import { approveAs, confirmPayee } from '../support/desk.ts';
import { createDatabase, onServer, type TestDatabase } from '../support/postgres.ts';
import { stellarSettings } from '../support/rail-settings.ts';
import { type Served, serveDatabase } from '../support/served.ts';
import { networkPassphrase, type StellarWorld, stellarWorld } from '../support/stellar-world.ts';

const PASSPHRASE = 'correct horse battery';
const XLM = 'stellar:sandbox:native';
let database: TestDatabase;
let served: Served;
let world: StellarWorld;

beforeAll(async () => {
  world = await stellarWorld();
  database = await createDatabase(inject('postgresUrl'));
  expect((await countersign(['vault', 'migrate', '--database-url', database.url])).exit).toBe(0);
  served = await serveDatabase(database.url);
  const founder = { name: 'Ada', credentials: await newCredentials(PASSPHRASE) };
  await served.client.vault.create({ name: 'Acme', network: 'sandbox', founder });
});
afterAll(async () => {
  expect(await served.stop()).toBe(0);
  await database.drop();
  await world.close();
});

test('a payout is recorded, approved, built, taken back signed, and paid once', async () => {
  const { client } = served;
  const ada = await signInWith(client, 'Ada', PASSPHRASE);
  const { context } = ada;
  const credentials = await newCredentials(PASSPHRASE);
  await addPerson(client, ada, { name: 'Ben', roles: ['operator', 'approver', 'signer'], credentials });
  const ben = await signInWith(client, 'Ben', PASSPHRASE);
  await client.ledger.addAsset({ assetId: XLM, scale: 7, minimumPayoutMinor: '1' }, { context });
  await client.desk.fund({ assetId: XLM, amountMinor: '100000000000', idempotencyKey: 'first' }, { context });
  await client.railSettings.change(
    stellarSettings({
      PAYOUT_SOURCE_ACCOUNT: world.treasury.publicKey(),
      SOROBAN_RPC_URL: world.rpcUrl,
      HORIZON_URL: world.horizonUrl,
      PAYOUTS_LIVE_EXECUTION: 'true',
    }),
    { context },
  );
  const ask = (path: string, body: unknown) => served.rest(context.session ?? '', 'POST', path, body);

  const asked = {
    payoutId: 'invoice 7',
    destinationAccount: world.account('carla', false).publicKey(),
    amount: '100.5000000',
    asset: 'XLM',
    idempotencyKey: 'invoice:7',
  };
  const recorded = await ask('/api/payouts/create', asked);
  expect(recorded).toMatchObject({ status: 202, body: { status: 'pending' } });
  const { payoutId } = recorded.body as { payoutId: string };
  expect(await ask('/api/payouts/create', asked)).toEqual(recorded);

  const payee = (await client.payees.list({}, { context })).items[0];
  if (!payee) throw new Error('Whom it goes to was proposed');
  await confirmPayee(client, ben, payee);
  await approveAs(client, ben, payoutId);

  const built = await ask('/api/payouts/create', asked);
  expect(built).toMatchObject({ status: 200, body: { status: 'built', payoutId, source: world.treasury.publicKey() } });
  const { xdr, transactionId, timeBounds } = built.body as {
    xdr: string;
    transactionId: string;
    timeBounds: { maxTime: number };
  };
  expect(timeBounds.maxTime).toBeGreaterThan(Date.now() / 1000);
  expect(await ask('/api/payouts/create', asked)).toEqual(built);
  // Somebody with the database in hand would have another signed: nobody is given that one.
  const forged = TransactionBuilder.cloneFrom(TransactionBuilder.fromXDR(xdr, networkPassphrase) as Transaction)
    .clearOperations()
    .addOperation(Operation.payment({ destination: world.usdc.issuer, asset: Asset.native(), amount: '100.5' }))
    .build()
    .toXDR();
  const keep = (envelope: string) =>
    onServer(
      database.url,
      `alter table chain_transactions disable trigger user; update chain_transactions set envelope = '${envelope}'`,
    );
  await keep(forged);
  expect(await ask('/api/payouts/create', asked)).toMatchObject({
    status: 409,
    body: { code: 'chain.differs', data: { part: 'operation 1: destination' } },
  });
  expect(await client.chain.get({ id: transactionId }, { context })).toMatchObject({
    agrees: false,
    xdr: null,
    sep7: null,
  });
  await keep(xdr);
  expect(await client.chain.get({ id: transactionId }, { context })).toMatchObject({ agrees: true, xdr });
  expect(await ask('/api/payouts/create', { ...asked, amount: '100.5000001' })).toMatchObject({
    status: 409,
    body: { code: 'chain.payout_differs', data: { part: 'amount' } },
  });

  const path = '/api/payouts/invoice%207/submit-signed';
  expect(await ask(path, { signedXdr: xdr })).toMatchObject({ status: 422, body: { code: 'transaction.unsigned' } });
  const hash = TransactionBuilder.fromXDR(xdr, networkPassphrase).hash();
  const signedXdr = withSignature(xdr, networkPassphrase, world.treasury.publicKey(), world.treasury.sign(hash));
  expect(await ask(path, { signedXdr })).toMatchObject({ status: 200, body: { state: 'submitted' } });
  // Its answer may have been lost: asked again, it is the same transaction under way.
  expect(await ask(path, { signedXdr })).toMatchObject({ status: 200, body: { state: 'submitted' } });
  // The bytes that are given are looked at, and not those that were signed.
  await keep(forged);
  expect(await ask('/api/payouts/create', asked)).toMatchObject({ status: 409, body: { code: 'chain.differs' } });
  await keep(xdr);
  world.network.close();
  expect(await ask(`/api/chain/transactions/${transactionId}/confirm`, {})).toMatchObject({
    status: 200,
    body: { state: 'confirmed' },
  });
  expect((await client.payouts.get({ id: payoutId }, { context })).status).toBe('completed');
});

test('what cannot be paid is refused with its reason, and nothing is written', async () => {
  const { client } = served;
  const { context } = await signInWith(client, 'Ada', PASSPHRASE);
  const ask = (path: string, body: unknown) => served.rest(context.session ?? '', 'POST', path, body);
  const account = world.account('dora', false).publicKey();
  const asked = {
    payoutId: 'invoice 8',
    destinationAccount: account,
    amount: '1',
    asset: 'XLM',
    idempotencyKey: 'invoice:8',
  };
  const mistyped = `${account.slice(0, -1)}${account.endsWith('A') ? 'B' : 'A'}`;
  const contract = StrKey.encodeContract(Buffer.alloc(32, 7));
  const muxed = StrKey.encodeMed25519PublicKey(
    Buffer.concat([StrKey.decodeEd25519PublicKey(account), Buffer.alloc(8, 1)]),
  );
  const create = (change: Partial<typeof asked>) => ['/api/payouts/create', { ...asked, ...change }] as const;
  const withMemo = { rail: 'stellar', address: muxed, memo: { type: 'id', value: '7' } };
  const signed = (signedXdr: string) => ['/api/payouts/invoice%207/submit-signed', { signedXdr }] as const;
  const records = async () => ({
    payouts: (await client.payouts.list({ limit: 200 }, { context })).items.length,
    payees: (await client.payees.list({ limit: 200 }, { context })).items.length,
    transactions: (await client.chain.list({}, { context })).items.length,
  });

  const before = await records();
  for (const [what, [path, body], status, code, data] of [
    ['a bad checksum', create({ destinationAccount: mistyped }), 422, 'chain.address', {}],
    [
      'a contract where an account is needed',
      create({ destinationAccount: contract }),
      422,
      'chain.not_an_account',
      {},
    ],
    ['a name of no public domain', create({ destinationAccount: 'ana*10.0.0.1' }), 422, 'federation.unresolved', {}],
    [
      'a muxed address with a memo',
      ['/api/payees', { reference: 'D-1', name: 'Dora', destination: withMemo }],
      422,
      'destination.invalid',
      { field: 'memo' },
    ],
    ['eight decimals', create({ amount: '1.00000000' }), 422, 'chain.amount', { why: 'too_many_decimals' }],
    ['nothing', create({ amount: '0.0000000' }), 422, 'chain.amount', { why: 'zero' }],
    ['more than 64 bits', create({ amount: '922337203685.4775808' }), 422, 'chain.amount', { why: 'too_large' }],
    ['a sign', create({ amount: '-1' }), 422, 'chain.amount', { why: 'sign' }],
    ['an asset without its issuer', create({ asset: 'USDC' }), 422, 'chain.asset', { asset: 'USDC' }],
    ['a key with a space', create({ idempotencyKey: 'invoice 8' }), 400, 'input.invalid', {}],
    ['an XDR that is none', signed('AAAA'), 422, 'transaction.malformed', {}],
    ['an XDR of a megabyte', signed('A'.repeat(1_000_000)), 413, 'transaction.too_large', { charactersMax: 200_000 }],
  ] as const) {
    expect(await ask(path, body), what).toMatchObject({ status, body: { code, data } });
  }
  expect(await records()).toEqual(before);

  // Once people have entered the contract as a payee's, it is one to be paid, by a call and in no other way.
  const atContract = { rail: 'stellar', address: contract } as const;
  const robot = await client.payees.create({ reference: 'C-1', name: 'Pool', destination: atContract }, { context });
  const recorded = await ask(...create({ payoutId: 'pool 1', idempotencyKey: 'pool:1', destinationAccount: contract }));
  expect(recorded).toMatchObject({ status: 202, body: { status: 'pending' } });
  const { payoutId } = recorded.body as { payoutId: string };
  expect(await client.payouts.get({ id: payoutId }, { context })).toMatchObject({ method: 'contract_call' });
  const edit = (method: string) =>
    served.rest(context.session ?? '', 'PATCH', `/api/payouts/${payoutId}`, { method, version: 1 });
  const request = { reference: 'pool 2', assetId: XLM, amountMinor: '10000000', payeeId: robot.id, method: 'payment' };
  for (const refused of [
    await edit('payment'),
    await ask('/api/payouts', { ...request, destinationId: robot.destinations[0]?.id, idempotencyKey: 'pool:2' }),
  ]) {
    expect(refused).toMatchObject({ status: 422, body: { code: 'payout.method', data: { because: 'contract' } } });
  }
  const ben = await signInWith(client, 'Ben', PASSPHRASE);
  await confirmPayee(client, ben, robot);
  await approveAs(client, ben, payoutId);
  expect(
    await ask(...create({ payoutId: 'pool 1', idempotencyKey: 'pool:1', destinationAccount: contract })),
  ).toMatchObject({ status: 200, body: { status: 'built', payoutId } });

  // The same account muxed is one to be paid.
  expect(await ask(...create({ destinationAccount: muxed }))).toMatchObject({
    status: 202,
    body: { status: 'pending' },
  });
});

test('one that was changed together with its payout is neither given out nor taken back signed, and is set aside', async () => {
  const { client } = served;
  const { context } = await signInWith(client, 'Ada', PASSPHRASE);
  const ben = await signInWith(client, 'Ben', PASSPHRASE);
  const ask = (path: string, body: unknown) => served.rest(context.session ?? '', 'POST', path, body);
  // The one before goes its way.
  const [open] = (await client.chain.overview({}, { context })).open;
  const { id, xdr: bytes } = await client.chain.get({ id: open?.id ?? '' }, { context });
  const by = world.treasury;
  const hash = TransactionBuilder.fromXDR(bytes ?? '', networkPassphrase).hash();
  const signed = withSignature(bytes ?? '', networkPassphrase, by.publicKey(), by.sign(hash));
  await client.chain.queueSigned({ id, xdr: signed }, ben);
  await client.chain.submit({ id }, ben);
  world.network.close();
  expect(await client.chain.confirm({ id }, ben)).toMatchObject({ state: 'confirmed' });

  const asked = {
    payoutId: 'invoice 9',
    destinationAccount: world.account('emil', true).publicKey(),
    amount: '5.0000000',
    asset: 'XLM',
    idempotencyKey: 'invoice:9',
  };
  const recorded = await ask('/api/payouts/create', asked);
  const { payoutId } = recorded.body as { payoutId: string };
  const { payee } = await client.payouts.get({ id: payoutId }, { context });
  await confirmPayee(client, ben, await client.payees.get({ id: payee.id }, { context }));
  await approveAs(client, ben, payoutId);
  const built = await ask('/api/payouts/create', asked);
  const { xdr, transactionId } = built.body as { xdr: string; transactionId: string };
  const larger = TransactionBuilder.cloneFrom(TransactionBuilder.fromXDR(xdr, networkPassphrase) as Transaction)
    .clearOperations()
    .addOperation(Operation.payment({ destination: asked.destinationAccount, asset: Asset.native(), amount: '9000.5' }))
    .build();
  await onServer(
    database.url,
    `alter table payouts disable trigger user; alter table payout_attempts disable trigger user;
    alter table chain_transactions disable trigger user;
    update payouts set amount_minor = 90005000000 where id = '${payoutId}';
    update payout_attempts set amount_minor = 90005000000 where payout_id = '${payoutId}';
    update chain_transactions set envelope = '${larger.toXDR()}', hash = '${Buffer.from(larger.hash()).toString('hex')}'
    where id = '${transactionId}'`,
  );
  // Records and bytes agree with each other, and not with what was approved.
  expect(await client.chain.get({ id: transactionId }, { context })).toMatchObject({
    agrees: true,
    xdr: null,
    sep7: null,
  });
  const signedXdr = withSignature(larger.toXDR(), networkPassphrase, by.publicKey(), by.sign(larger.hash()));
  const unproven = { status: 409, body: { code: 'chain.unproven', data: { payoutId } } };
  expect(await ask('/api/payouts/create', { ...asked, amount: '9000.5' })).toMatchObject(unproven);
  expect((await client.payouts.get({ id: payoutId }, { context })).status).toBe('quarantined');
  expect(await ask('/api/payouts/invoice%209/submit-signed', { signedXdr })).toMatchObject(unproven);
  await expect(client.chain.queueSigned({ id: transactionId, xdr: signedXdr }, ben)).rejects.toMatchObject({
    code: 'chain.unproven',
  });
  expect(await client.chain.get({ id: transactionId }, { context })).toMatchObject({ state: 'built', weight: 0 });
});
