/** Who asks: a person by their session, or a program by its token; and whether they may. */
import {
  forbidden,
  secondFactorRequired,
  serviceNotAllowed,
  sessionRequired,
  tokenRefused,
} from '../../core/access/errors.ts';
import { isEnrolled } from '../../core/access/second-factor.ts';
import { activeServiceAccount, noteSeen, serviceActor } from '../../core/access/service-accounts.ts';
import { sessionEpoch } from '../../core/access/sign-ins.ts';
import { activeStaff, type StaffRecord } from '../../core/access/staff.ts';
import type { TrustedAccount } from '../../core/access/trust/state.ts';
import type { ProcedureMeta } from '../../core/contract/index.ts';
import { Refusal } from '../../core/errors/refusal.ts';
import type { Actor } from '../../core/store/command.ts';
import type { Keeper } from './keeper.ts';
import type { OpenTreasury } from './open-treasury.ts';
import { verifyServiceToken } from './service-token.ts';
import { freshUntilMs, type Session } from './sessions.ts';

export interface Person {
  readonly kind: 'person';
  readonly actor: Actor;
  readonly staff: StaffRecord;
  readonly session: Session;
}

export interface Service {
  readonly kind: 'service';
  /** With the roles of this token, which may be fewer than its account's. */
  readonly actor: Actor;
  readonly account: TrustedAccount;
}

export type Caller = Person | Service;

/** What a call brings along to say who asks. */
export interface Credentials {
  readonly session: string | undefined;
  readonly bearer: string | undefined;
}

/** Null where nobody says who they are, or a session has ended. A token that does not hold is refused. */
export function callerOf(keeper: Keeper, open: OpenTreasury, { session, bearer }: Credentials): Promise<Caller | null> {
  if (bearer !== undefined) return serviceOf(keeper, open, bearer);
  return session === undefined ? Promise.resolve(null) : personOf(keeper, open, session);
}

async function personOf(keeper: Keeper, open: OpenTreasury, token: string): Promise<Person | null> {
  const session = keeper.sessions.use(token, keeper.clock.nowMs());
  if (!session) return null;
  const reader = open.treasury.writer;
  if (session.epoch < (await sessionEpoch(reader, session.staffId))) {
    keeper.endSession(token);
    return null;
  }
  const staff = await activeStaff(reader, session.staffId);
  return { kind: 'person', staff, session, actor: staffActor(staff) };
}

/** Anybody can send tokens that do not hold: of each reason, so many a minute are written down. */
async function serviceOf(keeper: Keeper, open: OpenTreasury, token: string): Promise<Service> {
  const nowMs = keeper.clock.nowMs();
  try {
    return await serviceWith(keeper, open, { token, nowMs });
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'token.refused') throw error;
    throw keeper.refusedTokens.of(String(error.data.because), nowMs, error);
  }
}

async function serviceWith(
  keeper: Keeper,
  open: OpenTreasury,
  { token, nowMs }: { readonly token: string; readonly nowMs: number },
): Promise<Service> {
  const { subject, roles } = await verifyServiceToken(token, keeper.serviceTokens, nowMs);
  const { writer } = open.treasury;
  const account = await activeServiceAccount(writer, subject);
  if (!account) throw tokenRefused('unknown_subject', subject);
  await noteSeen(writer, subject, nowMs);
  const granted = roles.filter((role) => account.roles.includes(role));
  return { kind: 'service', account, actor: serviceActor(account, granted) };
}

export function staffActor({ id, name, roles }: StaffRecord): Actor {
  return { kind: 'staff', id, name, roles };
}

export function refuseUnlessAllowed(meta: ProcedureMeta, caller: Caller | null): void {
  if (meta.roles === 'anyone') return;
  if (!caller) throw sessionRequired();
  if (caller.kind === 'service' && !meta.service) throw serviceNotAllowed(meta.audit ?? 'question');
  if (meta.roles === 'staff') return;
  if (!meta.roles.some((role) => caller.actor.roles.includes(role))) throw forbidden(meta.roles.join(' '));
}

/**
 * Who has a second factor shows it, lately. Where real money is at stake everybody who approves or
 * signs has one; in a sandbox nobody need enrol one to try things out.
 */
export async function requireSecondFactor(
  keeper: Keeper,
  open: OpenTreasury,
  { staff, session }: Person,
): Promise<void> {
  if (freshUntilMs(session, keeper.clock.nowMs()) !== null) return;
  const enrolled = await isEnrolled(open.treasury.writer, staff.id);
  if (enrolled || keeper.network() === 'live') throw secondFactorRequired(enrolled);
}
