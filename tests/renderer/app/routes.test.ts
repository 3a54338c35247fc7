import { describe, expect, test } from 'vitest';
import { takeLaunchToken } from '../../../renderer/app/browser-link.ts';
import { formatRoute, parseRoute } from '../../../renderer/app/routes.ts';

describe('the address', () => {
  test('reads back as it was written', () => {
    const route = { place: 'payouts', open: 'pay_1', params: { status: 'pending', q: 'Ana & co/1?' } } as const;
    expect(parseRoute(formatRoute(route))).toEqual(route);
  });

  test('leaves out what is empty', () => {
    expect(formatRoute({ place: 'payees', open: null, params: { q: '' } })).toBe('#/payees');
  });

  test('that names no place leads to the overview', () => {
    for (const hash of ['', '#', '#/nowhere/x', '#token=abc', '#/__proto__']) {
      expect(parseRoute(hash), hash).toMatchObject({ place: 'overview', open: null });
    }
  });
});

describe('the launch token', () => {
  const at = (hash: string) => {
    const shown: string[] = [];
    const history = { replaceState: (_: unknown, __: string, url: string) => shown.push(url) };
    const location = { hash, pathname: '/', search: '' };
    return { token: takeLaunchToken(location as Location, history as unknown as History), shown };
  };

  test('is taken out of the address at once', () => {
    expect(at('#token=a-b_C%3D')).toEqual({ token: 'a-b_C=', shown: ['/'] });
  });

  test('is not seen in an ordinary address, which stays', () => {
    expect(at('#/payouts?q=token')).toEqual({ token: null, shown: [] });
  });
});
