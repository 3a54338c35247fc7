import { Refusal } from '../errors/refusal.ts';

export class PayeeError extends Refusal {
  override readonly name = 'PayeeError';
}

export const unknownPayee = (id: string) => new PayeeError('payee.unknown', { id });
export const referenceTaken = (reference: string) => new PayeeError('payee.reference_taken', { reference });
export const unknownDestination = (id: string) => new PayeeError('destination.unknown', { id });
export const destinationNotConfirmed = (id: string) => new PayeeError('destination.not_confirmed', { id });
export const destinationInvalid = (rail: string, why: string) => new PayeeError('destination.invalid', { rail, why });
