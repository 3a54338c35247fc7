/**
 * What happens around every call: who asks (session), whether they may (role), what is written
 * down when they may not (audit), and how a refusal crosses the border (its code).
 */
import { randomUUID } from 'node:crypto';
import { implement, ORPCError, ValidationError } from '@orpc/server';
import { forbidden, secondFactorRequired, sessionRequired } from '../../core/access/errors.ts';
import { isEnrolled } from '../../core/access/second-factor.ts';
import { recordSignIn, sessionEpoch } from '../../core/access/sign-ins.ts';
import { activeStaff, type StaffRecord, staffIdOf } from '../../core/access/staff.ts';
import { CALL_HEADERS } from '../../core/contract/call-headers.ts';
import {
  type Contract,
  contract,
  ERRORS,
  type ErrorCode,
  type ProcedureMeta,
  type SignedInBefore,
} from '../../core/contract/index.ts';
import { Refusal } from '../../core/errors/refusal.ts';
import type { Driver } from '../../core/jobs/driver.ts';
import { type CommandName, type Origin, perform, recordRefusal, type Work } from '../../core/store/command.ts';
import type { CallOrigin } from './host.ts';
import type { Keeper } from './keeper.ts';
import type { OpenTreasury } from './open-treasury.ts';
import { freshUntilMs, type Session } from './sessions.ts';

/** What a port's owner vouches for, and the headers of the single call. */
export interface PortContext {
  readonly keeper: Keeper;
  readonly origin: CallOrigin;
  /** True on the host's own port, whose headers say for whom it asks. */
  readonly trusted: boolean;
  readonly reqHeaders?: Headers;
}

const os = implement<Contract, PortContext>(contract);

/** Reads what the call itself says about who and where. */
function originOf(context: PortContext): Origin & { session: string | undefined } {
  const { reqHeaders: headers, origin, trusted } = context;
  const vouched = trusted ? (name: string) => headers?.get(name) : () => undefined;
  return {
    host: origin.host,
    ip: vouched(CALL_HEADERS.ip) ?? origin.ip,
    userAgent: vouched(CALL_HEADERS.userAgent) ?? origin.userAgent,
    correlationId: headers?.get(CALL_HEADERS.correlationId) ?? randomUUID(),
    session: headers?.get(CALL_HEADERS.session) ?? undefined,
  };
}

export interface Caller {
  readonly staff: StaffRecord;
  readonly session: Session;
}

export interface CallOf {
  readonly keeper: Keeper;
  readonly origin: Origin;
  readonly sessionToken: string | undefined;
  /** Present where the procedure needs an open vault. */
  readonly open: OpenTreasury | null;
  readonly caller: Caller | null;
  readonly meta: ProcedureMeta;
}

const ANONYMOUS = { kind: 'staff', id: 'anonymous', name: 'not signed in', roles: [] } as const;

export const procedures = os.use(async ({ context, next, procedure }) => {
  const { session, ...origin } = originOf(context);
  const meta = procedure['~orpc'].meta as ProcedureMeta;
  const open = context.keeper.current();
  let caller: Caller | null = null;
  try {
    if (meta.needsVault) context.keeper.require();
    if (open && session !== undefined) caller = await callerOf(context.keeper, open, session);
    refuseUnlessAllowed(meta, caller);
    if (meta.secondFactor && open && caller) await requireSecondFactor(context.keeper, open, caller);
    const call: CallOf = { keeper: context.keeper, origin, sessionToken: session, open, caller, meta };
    return await next({ context: { call } });
  } catch (error) {
    const refusal = asRefusal(error);
    if (!refusal) throw error;
    if (open && meta.audit !== null && !refusal.recorded) {
      await recordRefusal(open.treasury, commandName(meta.audit, caller, origin), refusal);
    }
    throw toWire(refusal);
  }
});

async function callerOf(keeper: Keeper, open: OpenTreasury, token: string): Promise<Caller | null> {
  const session = keeper.sessions.use(token, keeper.clock.nowMs());
  if (!session) return null;
  const reader = open.treasury.writer;
  if (session.epoch < (await sessionEpoch(reader, session.staffId))) {
    keeper.endSession(token);
    return null;
  }
  return { staff: await activeStaff(reader, session.staffId), session };
}

function refuseUnlessAllowed(meta: ProcedureMeta, caller: Caller | null): void {
  if (meta.roles === 'anyone') return;
  if (!caller) throw sessionRequired();
  if (meta.roles === 'staff') return;
  if (!meta.roles.some((role) => caller.staff.roles.includes(role))) throw forbidden(meta.roles.join(' '));
}

/**
 * Who has a second factor shows it, lately. Where real money is at stake everybody who approves or
 * signs has one; in a sandbox nobody need enrol one to try things out.
 */
export async function requireSecondFactor(
  keeper: Keeper,
  open: OpenTreasury,
  { staff, session }: Caller,
): Promise<void> {
  if (freshUntilMs(session, keeper.clock.nowMs()) !== null) return;
  const enrolled = await isEnrolled(open.treasury.writer, staff.id);
  if (enrolled || keeper.network() === 'live') throw secondFactorRequired(enrolled);
}

function asRefusal(error: unknown): Refusal | null {
  if (error instanceof Refusal) return error;
  if (error instanceof ORPCError && error.cause instanceof ValidationError && error.code === 'BAD_REQUEST') {
    const issues = error.cause.issues.map((issue) => `${issue.path?.map(String).join('.') ?? ''}: ${issue.message}`);
    return new Refusal('input.invalid', { issues: issues.join('; ').slice(0, 2_000) });
  }
  return null;
}

function toWire(refusal: Refusal): ORPCError<ErrorCode, Refusal['data']> {
  const { code, data, message } = refusal;
  return new ORPCError(code, { defined: true, status: ERRORS[code].status, message, data });
}

function commandName(action: string, caller: Caller | null, origin: Origin): CommandName {
  const actor = caller
    ? ({ kind: 'staff', id: caller.staff.id, name: caller.staff.name, roles: caller.staff.roles } as const)
    : ANONYMOUS;
  return { action, actor, origin };
}

/** The open vault of a call that needs one. */
export function openOf(call: CallOf): OpenTreasury {
  if (!call.open) throw new Error('A procedure that needs no vault asked for one');
  return call.open;
}

export function callerIn(call: CallOf): Caller {
  if (!call.caller) throw new Error('A procedure open to anyone asked who is calling');
  return call.caller;
}

/** For what is streamed to the caller: it ends with their session, too. */
export function whileSignedIn(call: CallOf, signal: AbortSignal | undefined): AbortSignal {
  const session = call.keeper.sessions.signalOf(call.sessionToken);
  return signal === undefined ? session : AbortSignal.any([signal, session]);
}

/** Runs a use case as the caller's command, named as its contract names it. */
export function command<T>(call: CallOf, useCase: (work: Work) => Promise<T>): Promise<T> {
  if (call.meta.audit === null) throw new Error('A question cannot run a command');
  return perform(openOf(call).treasury, commandName(call.meta.audit, call.caller, call.origin), useCase);
}

/** For work of several transactions, each of them the caller's command. */
export function driverOf(call: CallOf): Driver {
  if (call.meta.audit === null) throw new Error('A question cannot run a command');
  return { treasury: openOf(call).treasury, ...commandName(call.meta.audit, call.caller, call.origin) };
}

/** The vault may have been opened by this very sign-in, so the call itself did not find it open. */
export function signedIn(call: CallOf, staff: StaffRecord): Promise<SignedInBefore> {
  const actor = { kind: 'staff', id: staff.id, name: staff.name, roles: staff.roles } as const;
  const name = { action: 'session.sign_in', actor, origin: call.origin };
  return perform(call.keeper.require().treasury, name, (work) => recordSignIn(work, staff, call.origin));
}

/**
 * A refused sign-in is written down though nobody is signed in. A name that nobody has is not:
 * people type their passphrase there by mistake.
 */
export async function recordFailedSignIn(call: CallOf, name: string): Promise<void> {
  if (!call.open) return;
  const refusal = new Refusal('session.refused', { staffId: await staffIdOf(call.open.treasury.writer, name) });
  await recordRefusal(call.open.treasury, commandName('session.sign_in', null, call.origin), refusal);
}
