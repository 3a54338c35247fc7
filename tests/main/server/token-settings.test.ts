import { expect, it } from 'vitest';
import { takeTokenSettings } from '../../../main/server/token-settings.ts';

const SECRET = 'x'.repeat(32);
const OLD = 'y'.repeat(40);

it('takes no secret to mean that no token is accepted', () => {
  expect(takeTokenSettings({})).toBeUndefined();
  expect(takeTokenSettings({ BILLING_ADMIN_JWT_SECRET: '' })).toBeUndefined();
});

it('reads the secret in use, the one before, and the audience', () => {
  const environment = {
    BILLING_ADMIN_JWT_SECRET: SECRET,
    BILLING_ADMIN_JWT_SECRET_PREV: OLD,
    COUNTERSIGN_JWT_AUDIENCE: 'treasury',
  };
  expect(takeTokenSettings(environment)).toEqual({ secrets: [SECRET, OLD], audience: 'treasury' });
  expect(takeTokenSettings({ BILLING_ADMIN_JWT_SECRET: SECRET })).toEqual({
    secrets: [SECRET],
    audience: 'countersign-admin',
  });
});

it('leaves no secret in the environment, for whatever is started from here', () => {
  const environment = { BILLING_ADMIN_JWT_SECRET: SECRET, BILLING_ADMIN_JWT_SECRET_PREV: OLD, HOME: '/home/ada' };
  takeTokenSettings(environment);
  expect(environment).toEqual({ HOME: '/home/ada' });
});

it.each(['BILLING_ADMIN_JWT_SECRET', 'BILLING_ADMIN_JWT_SECRET_PREV'])(
  'refuses %s of fewer than 32 bytes in one line, which does not say what it is',
  (name) => {
    const short = 'only 31 bytes, which is too few';
    const environment = { BILLING_ADMIN_JWT_SECRET: SECRET, [name]: short };
    expect(() => takeTokenSettings(environment)).toThrow(new RegExp(`^${name} is shorter than 32 bytes .+$`));
    expect(() => takeTokenSettings({ ...environment, [name]: short })).not.toThrow(short);
  },
);

it('counts bytes, not letters', () => {
  expect(takeTokenSettings({ BILLING_ADMIN_JWT_SECRET: 'é'.repeat(16) })).toBeDefined();
});

it('refuses a secret before where there is none in use', () => {
  expect(() => takeTokenSettings({ BILLING_ADMIN_JWT_SECRET_PREV: OLD })).toThrow(/_PREV is set, but/);
});
