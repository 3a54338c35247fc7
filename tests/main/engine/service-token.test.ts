/** Each test is an attack, or a mistake that would make one possible. */
import { createHmac, createSign, generateKeyPairSync } from 'node:crypto';
import { SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { type ServiceTokenSettings, verifyServiceToken } from '../../../main/engine/service-token.ts';

const NOW_MS = Date.UTC(2026, 0, 5, 9);
const NOW_S = NOW_MS / 1000;
const SECRET = 'the secret in use, of more than 32 bytes';
const PREVIOUS = 'the secret before, of more than 32 bytes';
const SETTINGS: ServiceTokenSettings = { secrets: [SECRET, PREVIOUS], audience: 'countersign-admin' };

const CLAIMS = { sub: 'billing', aud: 'countersign-admin', exp: NOW_S + 300, roles: ['operator'] };

const signed = (claims: Record<string, unknown>, secret = SECRET) =>
  new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode(secret));
const verify = (token: string, settings: ServiceTokenSettings | undefined = SETTINGS) =>
  verifyServiceToken(token, settings, NOW_MS);
const refused = (because: string) => ({ code: 'token.refused', data: { because } });

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('a token', () => {
  it('names its account and the roles it asks for', async () => {
    expect(await verify(await signed(CLAIMS))).toEqual({ subject: 'billing', roles: ['operator'] });
  });

  it('asks for no roles where it names none, and for none that do not exist', async () => {
    const { roles: _without, ...rest } = CLAIMS;
    expect(await verify(await signed(rest))).toMatchObject({ roles: [] });
    const token = await signed({ ...CLAIMS, roles: ['owner', 'auditor', 'auditor'] });
    expect(await verify(token)).toMatchObject({ roles: ['auditor'] });
  });

  it('is accepted when the secret before signed it, and refused when any other did', async () => {
    await expect(verify(await signed(CLAIMS, PREVIOUS))).resolves.toMatchObject({ subject: 'billing' });
    const others = 'another secret altogether, of 32 bytes!!';
    await expect(verify(await signed(CLAIMS, others))).rejects.toMatchObject(refused('signature'));
    const rotated = { ...SETTINGS, secrets: [others] };
    await expect(verify(await signed(CLAIMS, PREVIOUS), rotated)).rejects.toMatchObject(refused('signature'));
  });

  it('is refused everywhere while no secret is set', async () => {
    const settings: ServiceTokenSettings | undefined = undefined;
    await expect(verifyServiceToken(await signed(CLAIMS), settings, NOW_MS)).rejects.toMatchObject(
      refused('not_accepted_here'),
    );
  });

  it.each(['none', 'None', 'NONE', 'nOnE', ''])('that is not signed at all (alg %j) is refused', async (alg) => {
    for (const signature of ['', part('x')]) {
      const token = `${part({ alg, typ: 'JWT' })}.${part(CLAIMS)}.${signature}`;
      await expect(verify(token)).rejects.toMatchObject({ code: 'token.refused' });
    }
  });

  it('that says RS256 is refused, also when it is an HMAC with what would be the public key', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const text = `${part({ alg: 'RS256', typ: 'JWT' })}.${part(CLAIMS)}`;
    const rsa = createSign('RSA-SHA256').update(text).sign(privateKey).toString('base64url');
    await expect(verify(`${text}.${rsa}`)).rejects.toMatchObject(refused('algorithm'));
    const pem = publicKey.export({ type: 'spki', format: 'pem' });
    const confused = createHmac('sha256', pem).update(text).digest('base64url');
    await expect(verify(`${text}.${confused}`)).rejects.toMatchObject(refused('algorithm'));
    const withSecret = createHmac('sha256', SECRET).update(text).digest('base64url');
    await expect(verify(`${text}.${withSecret}`)).rejects.toMatchObject(refused('algorithm'));
  });

  it.each(['HS384', 'HS512', 'EdDSA', 'ES256'])(
    'that is signed with the secret but says %s is refused',
    async (alg) => {
      const text = `${part({ alg, typ: 'JWT' })}.${part(CLAIMS)}`;
      const mac = createHmac('sha256', SECRET).update(text).digest('base64url');
      await expect(verify(`${text}.${mac}`)).rejects.toMatchObject(refused('algorithm'));
    },
  );

  it('that brings a key of its own along is held against the secret alone', async () => {
    const mine = Buffer.from('a key that the attacker has chosen').toString('base64url');
    const text = `${part({ alg: 'HS256', jwk: { kty: 'oct', k: mine }, kid: '../../dev/null' })}.${part(CLAIMS)}`;
    const mac = createHmac('sha256', Buffer.from(mine, 'base64url')).update(text).digest('base64url');
    await expect(verify(`${text}.${mac}`)).rejects.toMatchObject(refused('signature'));
  });

  it('whose claims were changed after it was signed is refused', async () => {
    const [header, , signature] = (await signed(CLAIMS)).split('.');
    const raised = part({ ...CLAIMS, roles: ['operator', 'controller'] });
    await expect(verify(`${header}.${raised}.${signature}`)).rejects.toMatchObject(refused('signature'));
  });

  it.each([
    ['for another audience', { aud: 'somebody-else' }, 'aud'],
    ['for no audience', { aud: undefined }, 'aud'],
    ['without an end', { exp: undefined }, 'exp'],
    ['with an end that is no time', { exp: 'tomorrow' }, 'exp'],
    ['of nobody', { sub: undefined }, 'sub'],
    ['of an empty name', { sub: '' }, 'claims'],
    ['of a name that is none', { sub: 7 }, 'claims'],
    ['with roles that are no list', { roles: 'admin' }, 'claims'],
    ['that does not hold yet', { nbf: NOW_S + 31 }, 'nbf'],
  ])('%s is refused', async (_what, change, because) => {
    await expect(verify(await signed({ ...CLAIMS, ...change }))).rejects.toMatchObject(refused(because));
  });

  it('is accepted for thirty seconds after its end, and not for one more', async () => {
    await expect(verify(await signed({ ...CLAIMS, exp: NOW_S - 29 }))).resolves.toMatchObject({ subject: 'billing' });
    for (const late of [30, 31, 3600]) {
      await expect(verify(await signed({ ...CLAIMS, exp: NOW_S - late }))).rejects.toMatchObject(refused('expired'));
    }
  });

  it.each(['', '..', 'a.b.c', `${'x'.repeat(5000)}.y.z`, '\u0000.\u0000.\u0000'])(
    'that is none (%#) is refused',
    async (token) => {
      await expect(verify(token)).rejects.toMatchObject({ code: 'token.refused' });
    },
  );

  it('leaves nothing of itself and of the secret in its refusal', async () => {
    const token = await signed({ ...CLAIMS, exp: NOW_S - 3600 });
    const refusal = await verify(token).catch((error: unknown) => error as Error);
    const text = JSON.stringify(refusal, Object.getOwnPropertyNames(refusal));
    expect(text).not.toContain(SECRET);
    expect(text).not.toContain(token.split('.')[2]);
  });
});
