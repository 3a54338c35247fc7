/**
 * What every procedure is declared with: who may call it, and what its audit entry is called.
 * The engine enforces both before the handler runs, so a handler is one call.
 */
import { oc } from '@orpc/contract';
import { z } from 'zod';
import { ERRORS, type ErrorCode } from './errors.ts';
import type { Role } from './words.ts';

export interface ProcedureMeta {
  /** `anyone`: no session is needed. `staff`: any signed-in person. Otherwise one of these roles. */
  readonly roles: 'anyone' | 'staff' | readonly Role[];
  /** The audit action of a command, also of a refused one; null for a question. */
  readonly audit: string | null;
  /** False where no open vault is needed. */
  readonly needsVault: boolean;
  /** True where the caller's second factor must have been shown lately. */
  readonly secondFactor: boolean;
  /** True where a service account may ask, within its roles. What only a person may do is false. */
  readonly service: boolean;
  /** True for what only the host itself asks; no window and no program reaches it. */
  readonly hostOnly?: boolean;
}

/** What is left out is no: no second factor is asked for, and no service account is let in. */
export type ProcedureOptions = Partial<Pick<ProcedureMeta, 'secondFactor' | 'service'>>;

const refusalData = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));

interface RefusalItem {
  status: number;
  message: string;
  data: typeof refusalData;
}

/** An interface, so that declarations name it instead of spelling every code at every procedure. */
export interface RefusalMap extends Record<ErrorCode, RefusalItem> {}

const errors = Object.fromEntries(
  Object.entries(ERRORS).map(([code, { status, message }]) => [code, { status, message, data: refusalData }]),
) as unknown as RefusalMap;

const NEITHER = { secondFactor: false, service: false };

const base = oc.$meta<ProcedureMeta>({ roles: 'staff', audit: null, needsVault: true, ...NEITHER }).errors(errors);

/** A question: changes nothing, leaves no audit entry. */
export function query(roles: ProcedureMeta['roles'], options: ProcedureOptions = {}) {
  return base.meta({ roles, audit: null, needsVault: true, ...NEITHER, ...options });
}

/** A command: leaves exactly one audit entry, whether it is done or refused. */
export function command(roles: ProcedureMeta['roles'], audit: string, options: ProcedureOptions = {}) {
  return base.meta({ roles, audit, needsVault: true, ...NEITHER, ...options });
}

/**
 * What somebody keeps for themselves and nobody answers for, such as what they have read: it changes
 * nothing of the treasury, and leaves no audit entry.
 */
export function personal() {
  return base.meta({ roles: 'staff', audit: null, needsVault: true, ...NEITHER });
}

/** A command of whoever proves what they may do by other means than a session. */
export function commandOfAnyone(audit: string) {
  return base.meta({ roles: 'anyone', audit, needsVault: true, ...NEITHER });
}

/** What a host asks for itself while a vault is open, such as the figures that a server gives out. */
export function questionOfHost() {
  return base.meta({ roles: 'anyone', audit: null, needsVault: true, ...NEITHER, hostOnly: true });
}

/** Something that is asked while no vault need be open. */
export function beforeVault() {
  return base.meta({ roles: 'anyone', audit: null, needsVault: false, ...NEITHER });
}
