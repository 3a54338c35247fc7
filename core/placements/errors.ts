import { Refusal } from '../errors/refusal.ts';

export class PlacementError extends Refusal {
  override readonly name = 'PlacementError';
}

export const unknownPlacement = (id: string) => new PlacementError('placement.unknown', { id });
export const noGuarantee = (id: string) => new PlacementError('placement.no_guarantee', { id });
export const otherGuarantee = (id: string, known: string) =>
  new PlacementError('placement.other_guarantee', { id, guaranteeCompletionDate: known });
