import { describe, expect, test } from 'vitest';
import { isAppUrl, mayBeLoaded, outsideAddress } from '../../../main/desktop/addresses.ts';

describe("the program's own addresses", () => {
  test.each(['app://countersign/', 'app://countersign/assets/a.js', 'app://countersign/#/payouts?status=pending'])(
    '%s is ours',
    (address) => expect(isAppUrl(address)).toBe(true),
  );

  test.each([
    'https://evil.example/',
    'https://countersign/',
    'app://evil/',
    'app://countersign.evil.example/',
    'app://countersign@evil/',
    'app://evil@countersign/',
    'app://evil:pass@countersign/',
    'app://countersign:8080/',
    String.raw`app://countersign\@evil/`,
    'app:countersign/',
    'apps://countersign/',
    'file:///app://countersign/',
    'data:text/html,app://countersign/',
    'blob:app://countersign/1',
    'about:blank',
    'javascript:alert(1)',
    '',
    'app://',
    ' ',
  ])('exploit: %j passes for ours', (address) => expect(isAppUrl(address)).toBe(false));
});

describe('addresses for the system browser', () => {
  test('a page of a provider of ours is opened, written out as it was parsed', () => {
    expect(outsideAddress('https://dashboard.stripe.com/payments/1')).toBe('https://dashboard.stripe.com/payments/1');
    expect(outsideAddress('HTTPS://Stellar.Expert/tx/\u00e9')).toBe('https://stellar.expert/tx/%C3%A9');
    expect(outsideAddress('https://stellar.expert:443/tx')).toBe('https://stellar.expert/tx');
  });

  test.each([
    'file:///etc/passwd',
    'file://stellar.expert/etc/passwd',
    'javascript:alert(1)',
    'javascript://stellar.expert/%0aalert(1)',
    'data:text/html,https://stellar.expert/',
    'http://stellar.expert/',
    'ms-msdt:/id',
    'smb://stellar.expert/share',
    'https://evil.com@countersign.app/',
    'https://stellar.expert@evil.com/',
    'https://evil.com@stellar.expert/',
    'https://user:pass@stellar.expert/',
    'https://stellar.expert.evil.com/',
    'https://evilstellar.expert/',
    'https://sub.stellar.expert/',
    'https://stellar.expert./',
    'https://stellar.expert:8443/',
    'https://evil.com/https://stellar.expert/',
    'https://evil.com/?u=stellar.expert',
    'https://evil.com#stellar.expert',
    String.raw`https://evil.com\@stellar.expert/`,
    'https://\u0455tellar.expert/', // the first letter is Cyrillic
    'https://stellar\u3002expert.evil.com/',
    `https://stellar.expert/${'a'.repeat(2000)}`,
    'stellar.expert',
    '//stellar.expert/',
    '',
  ])('exploit: %j is handed to the system', (address) => expect(outsideAddress(address)).toBeNull());
});

describe('what a page may load', () => {
  test.each([
    'app://countersign/a.js',
    'data:image/png;base64,',
    'blob:app://countersign/1',
    'devtools://devtools/a.js',
  ])('%s is loaded', (address) => expect(mayBeLoaded(address)).toBe(true));

  test.each([
    'https://evil.example/',
    'http://127.0.0.1/',
    'ws://a/',
    'wss://a/',
    'file:///etc/passwd',
    'ftp://a/',
    'app://evil/',
    'x',
  ])('exploit: %s is loaded', (address) => expect(mayBeLoaded(address)).toBe(false));
});
