import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { ipnSignature, SANDBOX_IPN_SECRET } from '../../../../main/sandbox/nowpayments/ipn.ts';
import { nowWorld, TRON, TRON_FAILS, TRON_LATE, TRON_STRANGE } from '../../../support/nowpayments-world.ts';
import { scratchFolder } from '../../../support/scratch.ts';

const HOUR_MS = 60 * 60 * 1000;
const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

async function begin(options: Parameters<typeof nowWorld>[0] = {}) {
  const world = await nowWorld(options);
  open.push(world);
  return world;
}

const to = (address: string, amount: number | string = 20) => ({ address, currency: 'usdttrc20', amount });

describe('what is asked for', () => {
  it('needs a key, and what moves money a token that lives five minutes', async () => {
    const world = await begin();
    expect((await fetch(`${world.url}/v1/balance`)).status).toBe(403);
    expect(await world.ask('POST', 'payout', { withdrawals: [to(TRON)] })).toMatchObject({
      status: 401,
      body: { status: false, statusCode: 401, code: 'AUTH_REQUIRED' },
    });
    const token = await world.signIn();
    world.advance(5 * 60_000 - 1_000);
    expect((await world.ask('POST', 'payout', { withdrawals: [to(TRON)] }, token)).status).toBe(200);
    world.advance(1_000);
    expect(await world.ask('POST', 'payout', { withdrawals: [to(TRON)] }, token)).toMatchObject({
      status: 403,
      body: { message: 'jwt expired' },
    });
  });

  it('is taken twice when it is asked twice: there is no idempotency', async () => {
    const world = await begin();
    const first = await world.pay([{ ...to(TRON), unique_external_id: 'a-1' }]);
    const again = await world.pay([{ ...to(TRON), unique_external_id: 'a-1' }]);
    expect(again.body.id).not.toBe(first.body.id);
    const { body } = await world.ask('GET', 'payout?limit=100');
    expect(body.payouts.map((one: { unique_external_id: string }) => one.unique_external_id)).toEqual(['a-1', 'a-1']);
  });

  it.each([
    ['an address of another kind', { ...to('0x52908400098527886E0F7030069857D2E4169EE7') }, /Invalid payout_address/],
    ['a currency there is none of', { ...to(TRON), currency: 'gold' }, /not supported/],
    ['a seventh decimal', to(TRON, '1.0000001'), /6 decimals/],
    ['less than the minimum', to(TRON, 0.5), /less than the minimal/],
    ['more than there is', to(TRON, 2_000_000), /Insufficient balance/],
    ['a field it does not know', { ...to(TRON), fiat_amount: 10 }, /fiat_amount/],
  ])('is refused with %s', async (_what, withdrawal, words) => {
    const world = await begin();
    const { status, body } = await world.pay([to(TRON), withdrawal]);
    expect({ status, code: body.code }).toEqual({ status: 400, code: 'BAD_CREATE_WITHDRAWAL_REQUEST' });
    expect(body.message).toMatch(words);
    expect(world.account.withdrawals).toEqual([]);
  });

  it('is told what it costs, what is least, and whether an address is one', async () => {
    const world = await begin();
    expect((await world.ask('GET', 'payout/fee?currency=usdttrc20&amount=20')).body).toEqual({
      currency: 'usdttrc20',
      fee: 0.5,
    });
    expect((await world.ask('GET', 'payout-withdrawal/min-amount/trx')).body).toEqual({ success: true, result: 5 });
    expect(await world.ask('POST', 'payout/validate-address', { address: TRON, currency: 'trx' })).toEqual({
      status: 200,
      body: 'OK',
    });
    expect((await world.ask('POST', 'payout/validate-address', { address: 'nobody', currency: 'trx' })).status).toBe(
      400,
    );
    const rate = await world.ask('GET', 'estimate?amount=100&currency_from=usdttrc20&currency_to=trx');
    expect(rate.body).toMatchObject({ currency_to: 'trx', estimated_amount: '400.00000000' });
  });
});

describe('a batch', () => {
  it('is paid step by step once its code is given, and not before', async () => {
    const world = await begin({ stepMs: 1_000 });
    const { body } = await world.pay([to(TRON, 20), to(TRON_FAILS, 30), to(TRON_STRANGE, 40)]);
    const statuses = async () => {
      const { withdrawals } = (await world.ask('GET', `payout/${body.id}`)).body;
      return withdrawals.map(({ status }: { status: string }) => status);
    };
    world.advance(30 * 60_000);
    expect(await statuses()).toEqual(['CREATING', 'CREATING', 'CREATING']);
    expect(await world.verify(body.id, '000000')).toMatchObject({
      status: 400,
      body: { code: 'INVALID_VERIFICATION_CODE' },
    });
    expect(await world.verify(body.id)).toEqual({ status: 200, body: 'OK' });
    const seen = [await statuses()];
    for (let step = 0; step < 3; step++) {
      world.advance(1_000);
      seen.push(await statuses());
    }
    expect(seen).toEqual([
      ['WAITING', 'WAITING', 'WAITING'],
      ['processing', 'processing', 'processing'],
      ['Sending', 'Sending', 'Sending'],
      ['FINISHED', 'FAILED', 'ON_HOLD'],
    ]);
    const balance = (await world.ask('GET', 'balance')).body.usdttrc20;
    expect(balance).toEqual({ amount: 1_000_000 - 20.5 - 40.5, pendingAmount: 40.5 });
    expect((await world.verify(body.id)).body.code).toBe('ALREADY_VERIFIED');
  });

  it('takes ten wrong codes and no more, and none after its hour', async () => {
    const world = await begin();
    const first = (await world.pay([to(TRON)])).body.id;
    for (let wrong = 0; wrong < 10; wrong++) await world.verify(first, '000000');
    expect((await world.verify(first)).body.code).toBe('VERIFICATION_ATTEMPTS_EXCEEDED');
    const second = (await world.pay([to(TRON)])).body.id;
    world.advance(HOUR_MS);
    expect((await world.verify(second)).body.code).toBe('VERIFICATION_EXPIRED');
    const { withdrawals } = (await world.ask('GET', `payout/${second}`)).body;
    expect(withdrawals).toMatchObject([{ status: 'REJECTED', error: expect.stringMatching(/\w/) }]);
  });

  it('that fails may be paid after all', async () => {
    const world = await begin({ stepMs: 1_000, paidAfterFailingMs: HOUR_MS });
    const { body } = await world.pay([to(TRON_LATE)]);
    await world.verify(body.id);
    const status = async () => (await world.ask('GET', `payout/${body.withdrawals[0].id}`)).body[0].status;
    world.advance(3_000);
    expect(await status()).toBe('FAILED');
    world.advance(HOUR_MS);
    expect(await status()).toBe('FINISHED');
  });

  it('can be cancelled only where a payment of it was put off', async () => {
    const world = await begin();
    const later = new Date(world.time.nowMs + HOUR_MS).toISOString();
    const { body } = await world.pay([to(TRON), { ...to(TRON), execute_at: later }]);
    await world.verify(body.id);
    const [now, putOff] = body.withdrawals;
    const token = await world.signIn();
    expect((await world.ask('POST', `payout/${now.id}/cancel`, {}, token)).body.code).toBe('NOT_SCHEDULED');
    expect((await world.ask('POST', `payout/${putOff.id}/cancel`, {}, token)).body.status).toBe('CANCELLED');
    world.advance(2 * HOUR_MS);
    expect((await world.ask('GET', `payout?batch_id=${body.id}&order_by=id&order=asc`)).body.payouts).toMatchObject([
      { status: 'FINISHED' },
      { status: 'CANCELLED' },
    ]);
  });

  it('is there after a restart, with its wrong codes, its payments and what is left on the account', async () => {
    const folder = mkdtempSync(join(scratchFolder(), 'nowpayments-'));
    try {
      const stateFile = join(folder, 'state');
      const world = await begin({ stateFile, stepMs: 1_000 });
      const { body } = await world.pay([{ ...to(TRON, 20), unique_external_id: 'a-1' }]);
      await world.verify(body.id, '000000');
      await world.close();
      open.splice(0);
      const again = await begin({ stateFile, stepMs: 1_000 });
      expect(again.account.batch(body.id)).toMatchObject({
        batch: { wrongCodes: 1 },
        withdrawals: [{ externalId: 'a-1' }],
      });
      await again.verify(body.id);
      again.advance(3_000);
      expect((await again.ask('GET', `payout/${body.id}`)).body.withdrawals).toMatchObject([{ status: 'FINISHED' }]);
      const { id } = (await again.pay([to(TRON)])).body;
      expect(Number(id)).toBeGreaterThan(Number(body.withdrawals[0].id));
      expect(again.account.balance('usdttrc20')).toBe(1_000_000_00000000n - 20_50000000n);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('notifications', () => {
  it('tell each change to whoever asked for it, signed over the sorted keys', async () => {
    const told: { headers: IncomingHttpHeaders; body: string }[] = [];
    const listener = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (chunk: string) => {
        body += chunk;
      });
      request.on('end', () => {
        told.push({ headers: request.headers, body });
        response.writeHead(told.length === 1 ? 500 : 200).end();
      });
    });
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    open.push({ close: () => new Promise((resolve) => listener.close(() => resolve())) });
    const world = await begin({ stepMs: 1_000 });
    const url = `http://127.0.0.1:${(listener.address() as AddressInfo).port}/webhooks/nowpayments`;
    const { body } = await world.pay([{ ...to(TRON), ipn_callback_url: url }]);
    await world.verify(body.id);
    await world.notifications.deliver();
    world.advance(3_000);
    await world.ask('GET', 'balance');
    await world.notifications.deliver();
    const bodies = told.map(({ body: text }) => JSON.parse(text));
    // The first was not taken, and came again.
    expect(bodies.map(({ status }) => status)).toEqual(['WAITING', 'WAITING', 'processing', 'Sending', 'FINISHED']);
    for (const { headers, body: text } of told)
      expect(headers['x-nowpayments-sig']).toBe(ipnSignature(JSON.parse(text), SANDBOX_IPN_SECRET));
    expect(bodies[0]).not.toHaveProperty('unique_external_id');
  });
});
