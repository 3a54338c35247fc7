/**
 * One router for RPC and REST, made by walking the contract: every procedure hands its call to the
 * engine as it came. The engine alone checks session, role and schema, so that there is one place
 * where a refused command is recorded, whichever host it came through.
 */
import { type AnyContractProcedure, isContractProcedure } from '@orpc/contract';
import { ORPCError, os, type Router } from '@orpc/server';
import { type Contract, contract, type ErrorCode, type ProcedureMeta } from '../../core/contract/index.ts';
import { Refusal } from '../../core/errors/refusal.ts';
import type { CallContext, Engine, EngineClient } from '../engine/host.ts';
import type { Attempts } from './attempts.ts';
import { invalidInput } from './refusals.ts';

export interface RelayContext {
  /** What the server vouches for; built from the connection, never copied from inner headers. */
  readonly call: CallContext;
  /** The `Idempotency-Key` header: the same as the input's field of that name. */
  readonly idempotencyKey: string | undefined;
  /** True once the call was handed to the engine: what fails before that is the request's fault. */
  handedOver: boolean;
}

type Forward = (input: unknown, options: { context: CallContext; signal?: AbortSignal }) => Promise<unknown>;

/** What an address has failed at lately: passphrases, and tokens of service accounts. */
export interface Brakes {
  readonly signIns: Attempts;
  readonly tokens: Attempts;
}

const WRONG_TOKEN: ErrorCode = 'token.refused';
const SIGN_IN = ['session.signIn', 'session.parameters'];

export function relayRouter(engine: Engine, brakes: Brakes): Router<Contract, RelayContext> {
  return relayed(contract, engine, [], brakes) as Router<Contract, RelayContext>;
}

function relayed(part: unknown, engine: Engine, path: readonly string[], brakes: Brakes): unknown {
  if (isContractProcedure(part)) return relayedProcedure(part, engine, path, brakes);
  return Object.fromEntries(
    Object.entries(part as Record<string, unknown>)
      .filter(([, inner]) => !isForHost(inner))
      .map(([name, inner]) => [name, relayed(inner, engine, [...path, name], brakes)]),
  );
}

/** The engine trusts the host's own port, and everything relayed goes through it. */
function isForHost(part: unknown): boolean {
  return isContractProcedure(part) && (part['~orpc'].meta as ProcedureMeta).hostOnly === true;
}

function relayedProcedure(declared: AnyContractProcedure, engine: Engine, path: readonly string[], brakes: Brakes) {
  const { route, meta, errorMap, inputSchema } = declared['~orpc'];
  const isSignIn = SIGN_IN.includes(path.join('.'));
  const fields = fieldsOf(inputSchema);

  return os
    .$context<RelayContext>()
    .$meta(meta)
    .errors(errorMap)
    .route(route)
    .handler(async ({ input, context, signal }) => {
      const asked = inputSchema === undefined ? noInput(input) : withKey(input, context.idempotencyKey, fields);
      const caller = context.call.ip ?? '';
      if (isSignIn) refuseHasty(brakes.signIns, caller, 'session.slowed');
      context.handedOver = true;
      try {
        return await procedureAt(engine.client, path)(asked, { context: context.call, ...(signal && { signal }) });
      } catch (error) {
        if (isSignIn && error instanceof ORPCError && error.status === 401) brakes.signIns.failed(caller);
        noteWrongToken(brakes.tokens, caller, error);
        throw error;
      }
    });
}

function procedureAt(client: EngineClient, path: readonly string[]): Forward {
  const found = path.reduce<unknown>((part, name) => (part as Record<string, unknown>)[name], client);
  return found as Forward;
}

/**
 * Never before a token was looked at: behind a proxy everybody has one address, and a token that holds
 * does so whoever else sends others. Who guesses too often learns no longer what was wrong.
 */
export function noteWrongToken(tokens: Attempts, caller: string, error: unknown): void {
  if (!(error instanceof ORPCError) || error.code !== WRONG_TOKEN) return;
  refuseHasty(tokens, caller, 'request.too_many');
  tokens.failed(caller);
}

function refuseHasty(failures: Attempts, caller: string, code: 'session.slowed' | 'request.too_many'): void {
  const waitMs = failures.waitMs(caller);
  if (waitMs > 0) throw new Refusal(code, { waitMs });
}

/** A procedure without input takes nothing; REST without a query arrives as an empty object. */
function noInput(input: unknown): undefined {
  if (input === undefined) return undefined;
  const given = typeof input === 'object' && input !== null ? Object.keys(input) : ['input'];
  if (given.length > 0) throw invalidInput(...given.map((name) => [name, 'Not expected'] as const));
  return undefined;
}

function withKey(input: unknown, header: string | undefined, fields: ReadonlySet<string>): unknown {
  if (header === undefined || !fields.has('idempotencyKey')) return input;
  const given = typeof input === 'object' && input !== null ? (input as { idempotencyKey?: unknown }) : {};
  if (given.idempotencyKey !== undefined && given.idempotencyKey !== header) {
    throw invalidInput(['idempotencyKey', 'The header and the field differ']);
  }
  return { ...given, idempotencyKey: header };
}

function fieldsOf(schema: unknown): ReadonlySet<string> {
  const shape = (schema as { shape?: unknown } | undefined)?.shape;
  return new Set(typeof shape === 'object' && shape !== null ? Object.keys(shape) : []);
}
