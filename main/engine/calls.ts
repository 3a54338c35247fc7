/**
 * What happens around every call: who asks (session or token), whether they may (role), what is
 * written down when they may not (audit), and how a refusal crosses the border (its code).
 */
import { randomUUID } from 'node:crypto';
import {
  type ImplementerInternalWithMiddlewares,
  implement,
  type MergedCurrentContext,
  type MergedInitialContext,
  ORPCError,
  ValidationError,
} from '@orpc/server';
import { forbidden } from '../../core/access/errors.ts';
import { recordSignIn } from '../../core/access/sign-ins.ts';
import { type StaffRecord, staffIdOf } from '../../core/access/staff.ts';
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
import { commitRequest, type Turn } from '../../core/requests/answers.ts';
import {
  type Actor,
  type CommandName,
  type Origin,
  perform,
  recordRefusal,
  type Work,
} from '../../core/store/command.ts';
import {
  type Caller,
  callerOf,
  type Person,
  refuseUnlessAllowed,
  requireSecondFactor,
  type Service,
  staffActor,
} from './callers.ts';
import type { CallOrigin } from './host.ts';
import type { Keeper } from './keeper.ts';
import { admitWrite, inTurn } from './once.ts';
import type { OpenTreasury } from './open-treasury.ts';

/** What a port's owner vouches for, and the headers of the single call. */
export interface PortContext {
  readonly keeper: Keeper;
  readonly origin: CallOrigin;
  /** True on the host's own port, whose headers say for whom it asks. */
  readonly trusted: boolean;
  readonly reqHeaders?: Headers;
}

const os = implement<Contract, PortContext>(contract);

interface Asked {
  readonly origin: Origin;
  readonly session: string | undefined;
  readonly bearer: string | undefined;
  readonly idempotencyKey: string | undefined;
  readonly overRest: boolean;
}

/** Reads what the call itself says about who, where and how. */
function askedBy(context: PortContext): Asked {
  const { reqHeaders: headers, origin, trusted } = context;
  const said = (name: string) => headers?.get(name) ?? undefined;
  const vouched = trusted ? said : () => undefined;
  return {
    origin: {
      host: origin.host,
      ip: vouched(CALL_HEADERS.ip) ?? origin.ip,
      userAgent: vouched(CALL_HEADERS.userAgent) ?? origin.userAgent,
      correlationId: said(CALL_HEADERS.correlationId) ?? randomUUID(),
    },
    session: said(CALL_HEADERS.session),
    bearer: vouched(CALL_HEADERS.bearer),
    idempotencyKey: vouched(CALL_HEADERS.idempotencyKey),
    overRest: vouched(CALL_HEADERS.surface) === 'rest',
  };
}

export interface CallOf {
  readonly keeper: Keeper;
  readonly origin: Origin;
  readonly sessionToken: string | undefined;
  /** Present where the procedure needs an open vault. */
  readonly open: OpenTreasury | null;
  readonly caller: Caller | null;
  readonly meta: ProcedureMeta;
  /** Present where the request came with a key of its own. */
  readonly turn: Turn | null;
}

const ANONYMOUS: Actor = { kind: 'staff', id: 'anonymous', name: 'not signed in', roles: [] };
/** What a refused question of a program is called, which has no command's name. */
const REFUSED_QUESTION = 'service.ask';

/** Named, because spelling the whole contract out is more than the compiler does. */
type Procedures = ImplementerInternalWithMiddlewares<
  Contract,
  MergedInitialContext<PortContext, PortContext, PortContext>,
  MergedCurrentContext<PortContext, { call: CallOf }>
>;

export const procedures: Procedures = os.use(async ({ context, next, path, procedure }, input) => {
  const { keeper } = context;
  const { origin, session, bearer, idempotencyKey: key, overRest } = askedBy(context);
  const { meta, route } = procedure['~orpc'] as { meta: ProcedureMeta; route: { path?: string } };
  const open = keeper.current();
  let caller: Caller | null = null;
  const contextOf = (turn: Turn | null): { call: CallOf } => ({
    call: { keeper, origin, sessionToken: session, open, caller, meta, turn },
  });
  const run = (turn: Turn | null) => next({ context: contextOf(turn) });
  try {
    if (meta.hostOnly && !context.trusted) throw forbidden('host');
    if (meta.needsVault) keeper.require();
    if (open) caller = await callerOf(keeper, open, { session, bearer });
    refuseUnlessAllowed(meta, caller);
    if (meta.secondFactor && open && caller?.kind === 'person') await requireSecondFactor(keeper, open, caller);
    if (!(overRest && open && caller && meta.audit !== null)) return await run(null);

    const procedurePath = path.join('.');
    const write = { actor: caller.actor, procedure: procedurePath, path: route.path ?? '', key, input };
    const { turn, answer } = await admitWrite(open.treasury, write);
    if (answer) return { output: answer.output, context: contextOf(null) };
    return turn ? await inTurn(open.treasury, turn, () => run(turn)) : await run(null);
  } catch (error) {
    const refusal = asRefusal(error);
    if (!refusal) {
      reportFault(error, path.join('.'), origin.correlationId);
      throw error;
    }
    const action = meta.audit ?? (bearer === undefined ? null : REFUSED_QUESTION);
    // Whoever asks too often would have the log written instead.
    if (open && action !== null && !refusal.recorded && refusal.code !== 'request.too_many') {
      await recordRefusal(open.treasury, commandName(action, caller, origin), refusal);
    }
    throw toWire(refusal);
  }
});

/** A fault of ours: whoever asked learns only that there was one, and the host's log which. */
function reportFault(error: unknown, procedure: string, correlationId: string): void {
  const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`${JSON.stringify({ level: 'error', from: 'engine', procedure, correlationId, what })}\n`);
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
  return { action, actor: caller?.actor ?? ANONYMOUS, origin };
}

/** The open vault of a call that needs one. */
export function openOf(call: CallOf): OpenTreasury {
  if (!call.open) throw new Error('A procedure that needs no vault asked for one');
  return call.open;
}

/** The person who asks: only where no service account may. */
export function callerIn(call: CallOf): Person {
  if (call.caller?.kind !== 'person')
    throw new Error('A procedure that is not for people alone asked which person asks');
  return call.caller;
}

/** Whoever asks, person or program. */
export function actorIn(call: CallOf): Actor {
  if (!call.caller) throw new Error('A procedure open to anyone asked who is calling');
  return call.caller.actor;
}

/** The program that asks; null for a person. */
export function serviceIn(call: CallOf): Service | null {
  return call.caller?.kind === 'service' ? call.caller : null;
}

/** For what is streamed to the caller: it ends with their session, too. */
export function whileSignedIn(call: CallOf, signal: AbortSignal | undefined): AbortSignal {
  const session = call.keeper.sessions.signalOf(call.sessionToken);
  return signal === undefined ? session : AbortSignal.any([signal, session]);
}

/** Runs a use case as the caller's command, named as its contract names it. */
export function command<T>(call: CallOf, useCase: (work: Work) => Promise<T>): Promise<T> {
  if (call.meta.audit === null) throw new Error('A question cannot run a command');
  const name = commandName(call.meta.audit, call.caller, call.origin);
  const { turn } = call;
  if (!turn) return perform(openOf(call).treasury, name, useCase);
  return perform(openOf(call).treasury, name, async (work) => {
    const result = await useCase(work);
    await commitRequest(work.tx, turn);
    return result;
  });
}

/**
 * For work of several transactions, each of them the caller's command. Such work can be begun again
 * wherever it was cut short, so none of its transactions says that all of it was done.
 */
export function driverOf(call: CallOf): Driver {
  if (call.meta.audit === null) throw new Error('A question cannot run a command');
  return { treasury: openOf(call).treasury, ...commandName(call.meta.audit, call.caller, call.origin) };
}

/** The vault may have been opened by this very sign-in, so the call itself did not find it open. */
export function signedIn(call: CallOf, staff: StaffRecord): Promise<SignedInBefore> {
  const name = { action: 'session.sign_in', actor: staffActor(staff), origin: call.origin };
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
