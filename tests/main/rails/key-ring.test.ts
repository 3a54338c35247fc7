import { describe, expect, it } from 'vitest';
import { ProviderUnreachable } from '../../../core/rails/provider.ts';
import { KeyRing, type KeyVerdict } from '../../../main/rails/key-ring.ts';

const MINUTE_MS = 60_000;

function ringOf(verdicts: Record<string, KeyVerdict | 'away'>) {
  const time = { nowMs: 0 };
  const asked: string[] = [];
  const ring = new KeyRing({
    keys: ['new', 'old'],
    nowMs: () => time.nowMs,
    async check(key) {
      asked.push(key);
      const verdict = verdicts[key] ?? { ok: false, why: 'no such key' };
      if (verdict === 'away') throw new ProviderUnreachable('it is away');
      return verdict;
    },
  });
  return { ring, time, asked, verdicts };
}

const good: KeyVerdict = { ok: true, account: 'acct_1' };
const bad = (why: string): KeyVerdict => ({ ok: false, why });

describe('the keys of one account', () => {
  it('are tried newest first, once, however many wait for the answer', async () => {
    const { ring, asked } = ringOf({ new: good, old: good });
    expect(() => ring.current()).toThrow(ProviderUnreachable);
    await Promise.all([ring.ready(), ring.ready(), ring.ready()]);
    await ring.ready();
    expect(ring.current()).toBe('new');
    expect(ring.account).toBe('acct_1');
    expect(asked).toEqual(['new']);
  });

  it('make room for the one before while they are refused, and are tried again after five minutes', async () => {
    const { ring, asked, time, verdicts } = ringOf({ new: good, old: good });
    await ring.ready();
    ring.refused('new', 'rolled');
    await ring.ready();
    expect(ring.current()).toBe('old');
    expect(ring.standingOf('new')).toEqual({ state: 'refused', why: 'rolled', atMs: 0 });
    ring.refused('old', 'rolled too');
    await expect(ring.ready()).rejects.toThrow('rolled');
    expect(ring.problem()).toBe('rolled');
    expect(asked).toEqual(['new', 'old']);
    time.nowMs += 5 * MINUTE_MS;
    verdicts.new = bad('of another account');
    await ring.ready();
    expect(ring.current()).toBe('old');
    expect(ring.standingOf('new')).toMatchObject({ state: 'refused', why: 'of another account' });
  });

  it('are neither good nor bad while nobody answers', async () => {
    const { ring, verdicts } = ringOf({ new: 'away', old: good });
    await expect(ring.ready()).rejects.toThrow(ProviderUnreachable);
    expect(ring.problem()).toBeNull();
    expect(ring.standingOf('new').state).toBe('untried');
    verdicts.new = good;
    expect(await ring.checkAll()).toBe('acct_1');
    expect(ring.standingOf('old').state).toBe('accepted');
  });

  it('stay in use while somebody has all of them tried: payments go on meanwhile', async () => {
    const { ring, verdicts } = ringOf({ new: good, old: good });
    await ring.ready();
    const tried = ring.checkAll();
    expect(ring.current()).toBe('new');
    await tried;
    verdicts.new = bad('rolled');
    await ring.checkAll();
    expect(ring.current()).toBe('old');
    // What was refused before is not said again while nobody can be asked.
    verdicts.new = 'away';
    ring.refused('old', 'rolled too');
    await expect(ring.checkAll()).rejects.toThrow('it is away');
    expect(ring.problem()).toBeNull();
  });
});
