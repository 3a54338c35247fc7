import { Refusal } from '../errors/refusal.ts';

export class StatementError extends Refusal {
  override readonly name = 'StatementError';
}

export const unknownStatement = (id: string) => new StatementError('statement.unknown', { id });
export const statementReferenceTaken = (reference: string) =>
  new StatementError('statement.reference_taken', { reference });
export const totalWrong = (reference: string, why: string) =>
  new StatementError('statement.total', { reference, why }, why);
export const periodWrong = (reference: string) => new StatementError('statement.period', { reference });
export const otherPayee = (id: string, payeeId: string) => new StatementError('statement.other_payee', { id, payeeId });
export const otherAsset = (id: string, assetId: string) => new StatementError('statement.other_asset', { id, assetId });
export const statementExceeded = (id: string, totalMinor: bigint, leftMinor: bigint) =>
  new StatementError('statement.exceeded', { id, totalMinor: totalMinor.toString(), leftMinor: leftMinor.toString() });
