import { describe, expect, it } from 'vitest';
import type { RailSetting } from '../../../core/contract/index.ts';
import { keptTexts, wishesOf } from '../../../renderer/features/rail-settings/wishes.ts';
import { devicePages, hiddenOnDevice } from '../../../renderer/features/signing/device-pages.ts';

const text = (name: string, keptText: string | null, more: Partial<RailSetting> = {}): RailSetting => ({
  name,
  from: keptText === null ? 'program' : 'vault',
  isSecret: false,
  text: keptText,
  keptText,
  secrets: [],
  ...more,
});
const SECRET: RailSetting = {
  ...text('A_SECRET', null),
  isSecret: true,
  secrets: [
    { commitment: null, shown: '…nvir', sinceMs: null },
    { commitment: 'aa', shown: '…1234', sinceMs: 5 },
  ],
};

describe('what was typed about settings', () => {
  it('is asked for only where it differs from what the vault keeps', () => {
    const settings = [text('KEPT', 'one'), text('CLEARED', 'two'), text('NEW', null), SECRET];
    const typed = keptTexts(settings);
    expect(wishesOf(settings, typed)).toEqual([]);
    expect(
      wishesOf(settings, {
        texts: { ...typed.texts, CLEARED: ' ', NEW: ' three ' },
        secrets: { A_SECRET: ' hush ' },
        withdrawn: new Set(['aa']),
      }),
    ).toEqual([
      { what: 'clear', name: 'CLEARED' },
      { what: 'set', name: 'NEW', text: 'three' },
      { what: 'withdraw_secret', name: 'A_SECRET', commitment: 'aa' },
      { what: 'add_secret', name: 'A_SECRET', secret: 'hush' },
    ]);
  });

  it('leaves what the environment gives alone: nothing typed keeps what the vault has behind it', () => {
    const given = text('GIVEN', 'kept', { from: 'environment', text: 'of the environment' });
    expect(keptTexts([given]).texts).toEqual({ GIVEN: 'kept' });
    expect(wishesOf([given], keptTexts([given]))).toEqual([]);
  });
});

describe('what a Ledger will show', () => {
  const document = {
    networkPassphrase: 'Countersign Sandbox Network ; November 2026',
    memo: { type: 'text', value: 'invoice 7' },
    maxTimeMs: 0,
    operations: [],
    call: null,
    payments: 0,
  };

  it('is more on app 5 than on app 6, and the rest is to be read here', () => {
    const five = devicePages(document, '5.6.0');
    const six = devicePages(document, '6.0.0');
    expect(five).toHaveLength(6);
    expect(six).toEqual(five.filter((page) => six.includes(page)));
    expect(six).toHaveLength(5);
    expect(hiddenOnDevice(document, '6.0.0')).not.toEqual(hiddenOnDevice(document, '5.6.0'));
    // Of an app nobody has seen yet no page is promised that it may not have.
    expect(devicePages(document, null)).toEqual(six);
  });

  it('names no network on the public one, and no memo where there is none', () => {
    const plain = { ...document, memo: null, networkPassphrase: 'Public Global Stellar Network ; September 2015' };
    expect(devicePages(plain, '6.0.0')).toHaveLength(3);
  });
});
