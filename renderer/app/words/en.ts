import { desk } from './en/desk.ts';
import { entry } from './en/entry.ts';
import { money } from './en/money.ts';
import { records } from './en/records.ts';
import { refusals } from './en/refusals.ts';

export const en = { ...desk, ...entry, ...money, ...records, refusals };
