/**
 * What chance begins with in a run of the tests: always the same, so that a change is not held up by
 * a history nobody has seen before. New histories are what `npm run simulate` looks for, and
 * SIMULATION_SEED chooses another beginning here. Every project loads this file before its tests; a
 * property that fails says which seed it had.
 */
import process from 'node:process';
import fc from 'fast-check';

export const SEED = Number(process.env.SIMULATION_SEED ?? 20_260_105);

if (!Number.isInteger(SEED))
  throw new Error(`SIMULATION_SEED is a whole number, not "${process.env.SIMULATION_SEED}".`);

fc.configureGlobal({ seed: SEED });
