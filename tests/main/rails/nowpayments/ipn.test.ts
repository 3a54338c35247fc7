import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { verifyNowPaymentsIpn } from '../../../../main/rails/nowpayments/ipn.ts';
import { ipnSignature } from '../../../../main/sandbox/nowpayments/ipn.ts';

const SECRET = 'ipn-secret';
const PAYMENT = {
  id: '5000000713',
  batch_withdrawal_id: '5000000712',
  status: 'FINISHED',
  error: null,
  currency: 'usdttrc20',
  amount: '50',
  address: 'TEmGwPeRTPiLFLVfBxXkSP91yc5GMNQhfS',
  fee: null,
  extra_id: null,
  hash: 'ab12',
  ipn_callback_url: 'https://treasury.test/webhooks/nowpayments',
  created_at: '2026-01-05T09:00:00.803Z',
  requested_at: '2026-01-05T09:00:05.000Z',
  updated_at: '2026-01-05T09:01:00.000Z',
};
const BODY = JSON.stringify(PAYMENT, null, 2);

const hmac = (text: string, secret = SECRET) => createHmac('sha512', secret).update(text).digest('hex');

function verify(changes: { body?: string; signature?: string | null; secrets?: readonly string[] }) {
  const { body = BODY, signature = ipnSignature(PAYMENT, SECRET), secrets = [SECRET] } = changes;
  return verifyNowPaymentsIpn({ body: Buffer.from(body), signature, secrets });
}

describe('a notification of NOWPayments', () => {
  it('is taken when it is signed over its keys in their order, and named by payment, status and moment', () => {
    const taken = {
      ok: true,
      eventId: `5000000713:finished:${Date.parse(PAYMENT.updated_at)}`,
      reference: '5000000713',
      status: 'FINISHED',
      raw: BODY,
    };
    expect(verify({})).toEqual(taken);
    const shuffled = JSON.stringify(Object.fromEntries(Object.entries(PAYMENT).reverse()));
    expect(verify({ body: shuffled })).toEqual({ ...taken, raw: shuffled });
    expect(verify({ signature: ipnSignature(PAYMENT, SECRET).toUpperCase() })).toEqual(taken);
  });

  it('is signed over numbers as they were written: 0.10 is not 0.1, and large ones keep their digits', () => {
    const body =
      '{"id":"7","batch_withdrawal_id":"6","status":"SENDING","currency":"trx","amount":12345678901234567890.10,"address":"T1","fee":1e-7}';
    const sorted =
      '{"address":"T1","amount":12345678901234567890.10,"batch_withdrawal_id":"6","currency":"trx","fee":1e-7,"id":"7","status":"SENDING"}';
    expect(verify({ body, signature: hmac(sorted) })).toMatchObject({ ok: true, reference: '7' });
    const asFloats = JSON.stringify(JSON.parse(sorted));
    expect(verify({ body, signature: hmac(asFloats) })).toEqual({ ok: false, because: 'forged' });
  });

  it('is sorted at every depth, so that nothing inside can be changed unnoticed', () => {
    const nested = { ...PAYMENT, details: { to: [{ z: 1, a: 'Ana' }] } };
    const signature = ipnSignature(nested, SECRET);
    expect(verify({ body: JSON.stringify(nested), signature })).toMatchObject({ ok: true });
    const changed = JSON.stringify(nested).replace('Ana', 'Eve');
    expect(verify({ body: changed, signature })).toEqual({ ok: false, because: 'forged' });
    // The other of the two published ways: the names outside decide what is signed inside.
    const outermost = JSON.stringify(nested, Object.keys(nested).sort());
    expect(outermost).not.toContain('Ana');
    expect(verify({ body: changed, signature: hmac(outermost) })).toEqual({ ok: false, because: 'forged' });
  });

  it('is taken with either secret while one takes the place of the other, and with none of them empty', () => {
    expect(verify({ secrets: ['new', SECRET] })).toMatchObject({ ok: true });
    expect(verify({ secrets: ['new'] })).toEqual({ ok: false, because: 'forged' });
    expect(verify({ secrets: [''], signature: ipnSignature(PAYMENT, '') })).toEqual({ ok: false, because: 'forged' });
    expect(verify({ secrets: [] })).toEqual({ ok: false, because: 'forged' });
  });

  it.each([
    ['without a signature', { signature: null }, 'unsigned'],
    ['with half a signature', { signature: ipnSignature(PAYMENT, SECRET).slice(0, 64) }, 'unreadable_signature'],
    ['that breaks off', { body: BODY.slice(0, -20) }, 'unreadable'],
    ['that is no object', { body: '[1]', signature: hmac('[1]') }, 'unreadable'],
    ['that is too large', { body: JSON.stringify({ ...PAYMENT, error: 'x'.repeat(300_000) }) }, 'too_large'],
    ['that is too deep', { body: `${'{"a":'.repeat(50)}1${'}'.repeat(50)}` }, 'unreadable'],
    ['about no payment', { body: '{"a":1}', signature: hmac('{"a":1}') }, 'no_payment'],
    ['with another amount', { body: BODY.replace('"50"', '"51"') }, 'forged'],
    ['that hides a key in the prototype', { body: BODY.replace('{', '{"__proto__":{"status":"FAILED"},') }, 'forged'],
  ] as const)('is refused %s', (_what, changes, because) => {
    expect(verify(changes)).toEqual({ ok: false, because });
  });

  it('is refused with any byte of its content changed', () => {
    const compact = JSON.stringify(PAYMENT);
    const signature = ipnSignature(PAYMENT, SECRET);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: compact.length - 1 }), fc.integer({ min: 33, max: 126 }), (at, letter) => {
        const changed = compact.slice(0, at) + String.fromCharCode(letter) + compact.slice(at + 1);
        fc.pre(changed !== compact);
        expect(verify({ body: changed, signature }).ok).toBe(false);
      }),
      { numRuns: 300 },
    );
  });
});
