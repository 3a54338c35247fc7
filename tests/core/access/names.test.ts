import { describe, expect, it } from 'vitest';
import { looksOf, nameKey } from '../../../core/access/names.ts';

describe('names', () => {
  it.each([
    ['Ada Lovelace', 'ada lovelace'],
    ['Ａda', 'Ada'],
    [' Ada ', 'Ada'],
  ])('%j and %j are one name', (one, other) => expect(nameKey(one)).toBe(nameKey(other)));

  it.each([
    ['Bill', 'BiIl'],
    ['Ada', '\u0410da'],
    ['Ada', 'Ad\u0430'],
    ['Nina', '\u039Dina'],
    ['Bob', 'B0b'],
    ['Ada Lovelace', 'Ada  Lovelace'],
    ['Ada', 'A\u200Bda'],
  ])('%j and %j look alike', (one, other) => expect(looksOf(one)).toBe(looksOf(other)));

  it.each([
    ['Jose', 'José'],
    ['Anna Lee', 'Ann Alee'],
    ['Mira', 'Mila'],
    ['Владимир', 'Владислав'],
  ])('%j and %j do not', (one, other) => expect(looksOf(one)).not.toBe(looksOf(other)));
});
