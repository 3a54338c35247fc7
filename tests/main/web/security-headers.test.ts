import { expect, test } from 'vitest';
import { contentSecurityPolicy, securityHeaders } from '../../../main/web/security-headers.ts';

const directives = new Map(
  contentSecurityPolicy.split('; ').map((directive) => {
    const [name, ...sources] = directive.split(' ');
    return [name, sources] as const;
  }),
);

test('everything that is not named is forbidden', () => {
  expect(directives.get('default-src')).toEqual(["'none'"]);
});

test('no script runs that was not shipped: neither inline, nor evaluated, nor from elsewhere', () => {
  expect(directives.get('script-src')).toEqual(["'self'", "'wasm-unsafe-eval'"]);
  expect(contentSecurityPolicy).not.toMatch(/unsafe-inline|'unsafe-eval'|https?:|\*/);
});

test('nobody may frame the desk, move its base or make it post a form', () => {
  for (const directive of ['frame-ancestors', 'base-uri', 'form-action']) {
    expect(directives.get(directive), directive).toEqual(["'none'"]);
  }
  expect(securityHeaders['x-frame-options']).toBe('DENY');
});

test('types are not guessed and the address is not leaked', () => {
  expect(securityHeaders).toMatchObject({
    'content-security-policy': contentSecurityPolicy,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  });
});
