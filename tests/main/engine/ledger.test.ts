/** The ledger's procedures through a whole engine: who may, what crosses the border, what is refused. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../../main/engine/host.ts';
import { addPerson, foundVault, signIn } from '../../support/desk.ts';
import { startEngine } from '../../support/program.ts';

type Desk = Awaited<ReturnType<typeof signIn>>;

const USDC = `stellar:testnet:USDC-G${'A'.repeat(55)}`;

describe('the ledger over the contract', () => {
  let folder: string;
  let engine: Engine;
  let ada: Desk;
  let operator: Desk;
  let controller: Desk;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'countersign-ledger-'));
    engine = await startEngine(
      { target: { kind: 'folder', folder }, backgroundJobs: false, version: '0.0.0-test' },
      { onCrash: (error) => expect.fail(error.message) },
    );
    const { client } = engine;
    await foundVault(client);
    ada = await signIn(client, 'Ada');
    await addPerson(client, ada, 'Olu', ['operator']);
    await addPerson(client, ada, 'Cleo', ['controller']);
    operator = await signIn(client, 'Olu');
    controller = await signIn(client, 'Cleo');
    const fund = { assetId: 'iso:USD', amountMinor: '1000', idempotencyKey: 'first' };
    await client.desk.fund(fund, { context: ada.context });
  });

  afterAll(async () => {
    await engine.stop();
    rmSync(folder, { recursive: true });
  });

  const bank = async () => {
    const { items } = await engine.client.ledger.accounts(
      { entity: 'treasury:bank', balances: 'non_zero' },
      { context: operator.context },
    );
    const [account] = items;
    if (!account) throw new Error('The bank account is missing');
    return account;
  };

  it('shows balances to all staff, and entries to those who read everything', async () => {
    const { ledger } = engine.client;
    const account = await bank();
    expect(account).toMatchObject({ balanceMinor: '1000', assetCode: 'USD', mayGoNegative: true, holdsLots: false });
    const entries = ledger.entries({ accountId: account.id }, { context: operator.context });
    await expect(entries).rejects.toMatchObject({ code: 'access.forbidden' });
    expect((await ledger.entries({ accountId: account.id }, { context: controller.context })).items).toMatchObject([
      { kind: 'funding', amountMinor: '1000', balanceMinor: '1000' },
    ]);
    expect(await ledger.lots({ accountId: account.id }, { context: controller.context })).toEqual({
      items: [],
      nextCursor: null,
    });
  });

  it('adjusts and reverses by a controller, never by an operator', async () => {
    const { ledger } = engine.client;
    const { id: accountId } = await bank();
    const input = {
      accountId,
      amountMinor: '-7',
      against: 'rounding',
      reason: 'Seven cents.',
      idempotencyKey: 'a',
    } as const;
    await expect(ledger.adjust(input, { context: operator.context })).rejects.toMatchObject({
      code: 'access.forbidden',
    });
    const { context } = controller;
    const adjusted = await ledger.adjust(input, { context });
    expect(adjusted).toMatchObject({ kind: 'adjustment', reason: 'Seven cents.' });
    const before = await ledger.balancesAsOf({ accountId, atMs: adjusted.recordedAtMs, by: 'recorded' }, { context });
    expect(before).toMatchObject([{ balanceMinor: '993' }]);
    const reversal = await ledger.reverse({ id: adjusted.id, reason: 'There were none.' }, { context });
    expect(reversal).toMatchObject({ kind: 'reversal', reversesId: adjusted.id });
    expect(await ledger.transaction({ id: adjusted.id }, { context })).toMatchObject({ reversedById: reversal.id });
    const twice = ledger.reverse({ id: adjusted.id, reason: 'Again.' }, { context });
    await expect(twice).rejects.toMatchObject({ code: 'ledger.not_reversible', data: { because: 'reversed' } });
  });

  it('adds assets and rebuilds balances by an admin only', async () => {
    const { ledger } = engine.client;
    const asset = { assetId: USDC, scale: 7, minimumPayoutMinor: '1' };
    await expect(ledger.addAsset(asset, { context: controller.context })).rejects.toMatchObject({
      code: 'access.forbidden',
    });
    const { context } = ada;
    expect(await ledger.addAsset(asset, { context })).toMatchObject({ id: USDC, code: 'USDC', scale: 7 });
    await expect(ledger.addAsset(asset, { context })).rejects.toMatchObject({ code: 'asset.exists' });
    expect((await ledger.assets(undefined, { context })).map(({ id }) => id)).toContain(USDC);
    await expect(ledger.rebuildBalances(undefined, { context: controller.context })).rejects.toMatchObject({
      code: 'access.forbidden',
    });
    expect(await ledger.rebuildBalances(undefined, { context })).toMatchObject({ corrected: [] });
  });

  it('records quotes, and exchanges nothing that is not owed', async () => {
    const { ledger } = engine.client;
    const { context } = controller;
    const nowMs = Date.now();
    const quote = await ledger.recordFxQuote(
      {
        fromAssetId: 'iso:USD',
        toAssetId: 'iso:EUR',
        rateNumerator: '92',
        rateDenominator: '100',
        source: 'bank',
        quotedAtMs: nowMs - 1_000,
        expiresAtMs: nowMs + 60_000,
      },
      { context },
    );
    expect((await ledger.fxQuotes({}, { context })).items).toEqual([quote]);
    const exchange = {
      payeeId: 'pye_0000000000000000000000000',
      fromAssetId: 'iso:USD',
      toAssetId: 'iso:EUR',
      amountMinor: '5',
      idempotencyKey: 'x',
    };
    await expect(ledger.exchange({ ...exchange, quoteId: null }, { context })).rejects.toMatchObject({
      code: 'fx.no_quote',
    });
    await expect(ledger.exchange({ ...exchange, quoteId: quote.id }, { context })).rejects.toMatchObject({
      code: 'ledger.limit',
    });
  });

  it('gives the trial balance of a day, the position with its version, and a sound vault', async () => {
    const { ledger, vault } = engine.client;
    const { context } = controller;
    expect(await ledger.trialBalance({ atMs: 0, by: 'recorded' }, { context })).toMatchObject({
      entries: 0,
      lines: [],
    });
    expect((await ledger.trialBalance({}, { context })).lines).toContainEqual(
      expect.objectContaining({ holder: 'treasury:payout_reserve', debitMinor: '1000' }),
    );
    expect(await ledger.position(undefined, { context })).toContainEqual(
      expect.objectContaining({ assetId: 'iso:USD', version: 0, fundsMinor: '1000' }),
    );
    expect(await vault.verify(undefined, { context })).toMatchObject({ ok: true, problems: [] });
  });

  it.each([
    [
      'an unknown field',
      { accountId: '1', amountMinor: '5', against: 'rounding', reason: 'x', idempotencyKey: 'k', more: 1 },
    ],
    [
      'a number for an amount',
      { accountId: '1', amountMinor: 5, against: 'rounding', reason: 'x', idempotencyKey: 'k' },
    ],
    ['an amount of zero', { accountId: '1', amountMinor: '0', against: 'rounding', reason: 'x', idempotencyKey: 'k' }],
    [
      'an account id beyond 64 bits',
      { accountId: '9999999999999999999', amountMinor: '5', against: 'rounding', reason: 'x', idempotencyKey: 'k' },
    ],
    ['no reason', { accountId: '1', amountMinor: '5', against: 'rounding', reason: ' ', idempotencyKey: 'k' }],
  ])('refuses %s', async (_what, input) => {
    const adjust = engine.client.ledger.adjust(input as never, { context: controller.context });
    await expect(adjust).rejects.toMatchObject({ code: 'input.invalid' });
  });
});
