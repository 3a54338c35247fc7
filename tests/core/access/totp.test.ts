import { describe, expect, it } from 'vitest';
import { base32, fromBase32, otpauthUri, stepAt, stepOfCode, totpCode } from '../../../core/access/totp.ts';

/** RFC 6238, appendix B, SHA-1. */
const RFC_SECRET = Buffer.from('12345678901234567890');

describe('codes of an authenticator', () => {
  it.each([
    [59, '94287082'],
    [1_111_111_109, '07081804'],
    [1_111_111_111, '14050471'],
    [1_234_567_890, '89005924'],
    [2_000_000_000, '69279037'],
    [20_000_000_000, '65353130'],
  ])('are those of RFC 6238 at %i seconds', (seconds, code) => {
    expect(totpCode(RFC_SECRET, stepAt(seconds * 1000), 8)).toBe(code);
    expect(totpCode(RFC_SECRET, stepAt(seconds * 1000))).toBe(code.slice(2));
  });

  it.each(['755224', '287082', '359152', '969429', '338314', '254676', '287922', '162583', '399871', '520489'])(
    'are those of RFC 4226 (%s)',
    (code) => {
      const counters = Array.from({ length: 10 }, (_unused, counter) => totpCode(RFC_SECRET, counter));
      expect(counters).toContain(code);
    },
  );

  it('count one step early and one late, and no further', () => {
    const nowMs = 1_111_111_111_000;
    const now = stepAt(nowMs);
    const accepted = [-2, -1, 0, 1, 2].map((off) => stepOfCode(RFC_SECRET, totpCode(RFC_SECRET, now + off), nowMs, 0));
    expect(accepted).toEqual([null, now - 1, now, now + 1, null]);
  });

  it('count once: neither the last one nor one before it counts again', () => {
    const nowMs = 1_111_111_111_000;
    const now = stepAt(nowMs);
    expect(stepOfCode(RFC_SECRET, totpCode(RFC_SECRET, now), nowMs, now)).toBeNull();
    expect(stepOfCode(RFC_SECRET, totpCode(RFC_SECRET, now - 1), nowMs, now)).toBeNull();
    expect(stepOfCode(RFC_SECRET, totpCode(RFC_SECRET, now + 1), nowMs, now)).toBe(now + 1);
  });

  it.each(['', '28708', '2870820', '28708２', 'abcdef'])('%j is none', (code) => {
    expect(stepOfCode(RFC_SECRET, code, 59_000, 0)).toBeNull();
  });
});

describe('what the app scans', () => {
  it.each([
    ['', ''],
    ['f', 'MY'],
    ['fo', 'MZXQ'],
    ['foo', 'MZXW6'],
    ['foob', 'MZXW6YQ'],
    ['fooba', 'MZXW6YTB'],
    ['foobar', 'MZXW6YTBOI'],
  ])('has its secret in the base32 of RFC 4648 (%j)', (text, expected) => {
    expect(base32(Buffer.from(text))).toBe(expected);
    expect(Buffer.from(fromBase32(expected)).toString()).toBe(text);
  });

  it('names the vault and the person, however they are called', () => {
    const uri = otpauthUri(RFC_SECRET, 'Ann & Sons: payouts', 'Zoë O’Neil');
    expect(uri).toMatch(/^otpauth:\/\/totp\/[^?]+\?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&/);
    const parsed = new URL(uri);
    expect(decodeURIComponent(parsed.pathname)).toContain('Countersign Ann & Sons  payouts:Zoë O’Neil');
    expect(Object.fromEntries(parsed.searchParams)).toMatchObject({
      issuer: 'Countersign Ann & Sons  payouts',
      algorithm: 'SHA1',
      digits: '6',
      period: '30',
    });
  });
});
