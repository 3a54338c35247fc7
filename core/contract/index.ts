/** The contract: one router, served by every host and the only part of core the renderer knows. */
import { audit } from './audit.ts';
import { desk } from './desk.ts';
import { ledger } from './ledger.ts';
import { payees } from './payees.ts';
import { approvals, payouts } from './payouts.ts';
import { sandbox } from './sandbox.ts';
import { session } from './session.ts';
import { staff } from './staff.ts';
import { vault } from './vault.ts';

export const contract = { vault, session, staff, payees, payouts, approvals, ledger, audit, desk, sandbox };
export type Contract = typeof contract;

export type { AuditEntry } from './audit.ts';
export { ERRORS, type ErrorCode } from './errors.ts';
export type { LedgerAccount, TreasuryPosition } from './ledger.ts';
export { RAILS, type Destination, type Payee, type RailName } from './payees.ts';
export { PAYOUT_STATUSES, type Payout, type PayoutStatus, type TimelineEntry } from './payouts.ts';
export type { ProcedureMeta } from './procedure.ts';
export type { Me } from './session.ts';
export type { StaffMember } from './staff.ts';
export type { Credentials, KdfParameters, SealedKey, VaultStatus } from './vault.ts';
export { ROLES, type Role } from './words.ts';
