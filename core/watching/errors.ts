import { Refusal } from '../errors/refusal.ts';

export class WatchingError extends Refusal {
  override readonly name = 'WatchingError';
}

export const unknownAlert = (id: string) => new WatchingError('alert.unknown', { id });
export const alertCleared = (id: string) => new WatchingError('alert.cleared', { id });
export const badThreshold = (name: string, min: number, max: number) =>
  new WatchingError('alert.threshold', { name, min, max }, `That has to be a whole number from ${min} to ${max}.`);
export const nothingChanged = () => new WatchingError('alert.nothing_changed');
