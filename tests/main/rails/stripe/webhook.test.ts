import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import Stripe from 'stripe';
import { describe, expect, it } from 'vitest';
import { verifyStripeWebhook } from '../../../../main/rails/stripe/webhook.ts';
import { signatureOf } from '../../../../main/sandbox/stripe/webhooks.ts';

const NOW_MS = Date.UTC(2026, 0, 5, 9);
const NOW_S = NOW_MS / 1000;
const SECRET = 'whsec_0123456789abcdef';
const OLD_SECRET = 'whsec_fedcba9876543210';
const EVENT = { id: 'evt_1', object: 'event', type: 'transfer.created', created: NOW_S - 1, livemode: false, data: {} };
const BODY = JSON.stringify(EVENT, null, 2);

function verify(changes: {
  body?: string | Uint8Array;
  signature?: string | null;
  secrets?: readonly string[];
  nowMs?: number;
}) {
  const { body = BODY, signature = signatureOf(BODY, [SECRET], NOW_MS), secrets = [SECRET], nowMs = NOW_MS } = changes;
  return verifyStripeWebhook({ body: Buffer.from(body), signature, secrets, nowMs });
}

const hmac = (text: string, secret = SECRET) => createHmac('sha256', secret).update(text).digest('hex');

describe('a webhook of Stripe', () => {
  it('is taken as Stripe’s own kit signs it, with its body as it came', () => {
    const signature = new Stripe('sk_test_x').webhooks.generateTestHeaderString({
      payload: BODY,
      secret: SECRET,
      timestamp: NOW_S,
    });
    expect(verify({ signature })).toEqual({
      ok: true,
      eventId: 'evt_1',
      type: 'transfer.created',
      atMs: (NOW_S - 1) * 1000,
      isLive: false,
      account: null,
      raw: BODY,
      event: EVENT,
    });
  });

  it('is taken with either secret while one takes the place of the other', () => {
    const both = [SECRET, OLD_SECRET];
    expect(verify({ signature: signatureOf(BODY, both, NOW_MS), secrets: [SECRET] })).toMatchObject({ ok: true });
    expect(verify({ signature: signatureOf(BODY, both, NOW_MS), secrets: [OLD_SECRET] })).toMatchObject({ ok: true });
    expect(verify({ signature: signatureOf(BODY, [OLD_SECRET], NOW_MS), secrets: both })).toMatchObject({ ok: true });
  });

  it('is taken with signatures of other schemes beside it, and never by them', () => {
    const v1 = signatureOf(BODY, [SECRET], NOW_MS);
    expect(verify({ signature: `${v1},v0=${'0'.repeat(64)}` })).toMatchObject({ ok: true });
    const v0 = `t=${NOW_S},v0=${hmac(`${NOW_S}.${BODY}`)}`;
    expect(verify({ signature: v0 })).toEqual({ ok: false, because: 'unreadable_signature' });
  });

  it('is signed over its bytes, whatever they are as text', () => {
    const body = Buffer.concat([Buffer.from(BODY.slice(0, -1)), Buffer.from([0x20, 0xff]), Buffer.from('}')]);
    const at = `${NOW_S}.`;
    const v1 = createHmac('sha256', SECRET).update(at).update(body).digest('hex');
    expect(verify({ body, signature: `t=${NOW_S},v1=${v1}` })).toEqual({ ok: false, because: 'no_event' });
    expect(verify({ body: body.toString('utf8'), signature: `t=${NOW_S},v1=${v1}` })).toEqual({
      ok: false,
      because: 'forged',
    });
  });

  it.each([
    ['no signature', { signature: null }, 'unsigned'],
    ['an empty one', { signature: '' }, 'unsigned'],
    ['one that is none', { signature: 'hello' }, 'unreadable_signature'],
    ['no time', { signature: `v1=${hmac(`${NOW_S}.${BODY}`)}` }, 'unreadable_signature'],
    ['two times', { signature: `t=${NOW_S},${signatureOf(BODY, [SECRET], NOW_MS)}` }, 'unreadable_signature'],
    ['a time that is none', { signature: `t=-1,v1=${hmac(`-1.${BODY}`)}` }, 'unreadable_signature'],
    ['half a signature', { signature: signatureOf(BODY, [SECRET], NOW_MS).slice(0, -2) }, 'unreadable_signature'],
    ['a flood of signatures', { signature: `t=${NOW_S}${`,v1=${'0'.repeat(64)}`.repeat(17)}` }, 'unreadable_signature'],
    ['an endless header', { signature: `t=${NOW_S},${'x'.repeat(3_000)}` }, 'unreadable_signature'],
    ['another secret', { secrets: [OLD_SECRET] }, 'forged'],
    ['no secret at all', { secrets: [] }, 'forged'],
    [
      'an empty secret, with which anybody could sign',
      { secrets: [''], signature: signatureOf(BODY, [''], NOW_MS) },
      'forged',
    ],
    ['a changed body', { body: BODY.replace('evt_1', 'evt_2') }, 'forged'],
    ['a truncated body', { body: BODY.slice(0, -1) }, 'forged'],
    ['an empty body', { body: '' }, 'forged'],
    ['a body of more than a megabyte', { body: 'x'.repeat(1_000_001) }, 'too_large'],
    [
      'a later time than was signed',
      { signature: signatureOf(BODY, [SECRET], NOW_MS).replace(`t=${NOW_S}`, `t=${NOW_S + 1}`) },
      'forged',
    ],
    ['a signature of five minutes and a second ago', { nowMs: NOW_MS + 301_000 }, 'too_old'],
    ['one of the future', { nowMs: NOW_MS - 301_000 }, 'too_new'],
  ])('is refused with %s', (_what, changes, because) => {
    expect(verify(changes)).toEqual({ ok: false, because });
  });

  it('is taken up to five minutes late or early', () => {
    expect(verify({ nowMs: NOW_MS + 300_000 })).toMatchObject({ ok: true });
    expect(verify({ nowMs: NOW_MS - 300_000 })).toMatchObject({ ok: true });
  });

  it.each(['[]', '{}', 'null', '{"id":"evt_1","object":"charge"}', '{"object":"event","id":"../x"}', '{'])(
    'is refused though signed, being no event: %s',
    (body) => {
      expect(verify({ body, signature: signatureOf(body, [SECRET], NOW_MS) })).toEqual({
        ok: false,
        because: 'no_event',
      });
    },
  );

  it('says nothing about a body before it is proven', () => {
    const body = '{';
    expect(verify({ body })).toEqual({ ok: false, because: 'forged' });
  });

  it('is refused with whatever header anybody thinks of', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300 }), (signature) => {
        expect(verify({ signature })).toMatchObject({ ok: false });
      }),
    );
  });
});
