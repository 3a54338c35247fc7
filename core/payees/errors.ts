import { Refusal } from '../errors/refusal.ts';

export class PayeeError extends Refusal {
  override readonly name = 'PayeeError';
}

export const unknownPayee = (id: string) => new PayeeError('payee.unknown', { id });
export const referenceTaken = (reference: string) => new PayeeError('payee.reference_taken', { reference });
export const payeeClosed = (id: string) => new PayeeError('payee.closed', { id });
export const payeeNotClosed = (id: string) => new PayeeError('payee.not_closed', { id });
export const payeeStale = (id: string, version: number) => new PayeeError('payee.stale', { id, version });
export const nameSigned = (id: string, payouts: number) => new PayeeError('payee.name_signed', { id, payouts });

export const unknownDestination = (id: string) => new PayeeError('destination.unknown', { id });
export const destinationNotConfirmed = (id: string) => new PayeeError('destination.not_confirmed', { id });
export const destinationNotProposed = (id: string, status: string) =>
  new PayeeError('destination.not_proposed', { id, status });
export const destinationExists = (id: string) => new PayeeError('destination.exists', { id });
export const destinationRetired = (id: string) => new PayeeError('destination.retired', { id });
export const ownProposal = (id: string) => new PayeeError('destination.own_proposal', { id });
export const coolingOff = (id: string, usableFromMs: number) =>
  new PayeeError('destination.cooling_off', { id, usableFromMs });
export const destinationInvalid = (rail: string, why: string, field = 'address') =>
  new PayeeError('destination.invalid', { rail, field, why }, why);
export const railUnknown = (rail: string) => new PayeeError('rail.unknown', { rail });
export const federationUnresolved = (name: string, why: string) =>
  new PayeeError('federation.unresolved', { name, why });

export const screeningHit = (subject: string, list: string, match: string | null) =>
  new PayeeError('screening.hit', { subject, list, match });
export const screeningUnavailable = (subject: string, why: string) =>
  new PayeeError('screening.unavailable', { subject, why });
export const screeningOff = () => new PayeeError('screening.off');
