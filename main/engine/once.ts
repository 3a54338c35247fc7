/** Around a command that came over the REST surface: a program's is counted, and each is carried out once for its key. */
import { randomUUID } from 'node:crypto';
import { Refusal } from '../../core/errors/refusal.ts';
import {
  beginRequest,
  giveUp,
  hashOfRequest,
  type KeyedRequest,
  keepAnswer,
  type Turn,
} from '../../core/requests/answers.ts';
import { countWrite, type Surface } from '../../core/requests/write-limits.ts';
import type { Actor, Treasury } from '../../core/store/command.ts';

export interface RestWrite {
  readonly actor: Actor;
  /** `payouts.request`; names what is asked as method and path do. */
  readonly procedure: string;
  readonly path: string;
  readonly key: string | undefined;
  readonly input: unknown;
}

/** What comes before a write: null where it was never asked with a key. */
export interface Admitted {
  readonly turn: Turn | null;
  /** The answer to the same request before. */
  readonly answer: { readonly output: unknown } | null;
}

const KEY = /^[A-Za-z0-9:_-]{1,128}$/;

export async function admitWrite({ writer, clock }: Treasury, write: RestWrite): Promise<Admitted> {
  const request = keyedRequest(write);
  if (request === null && write.actor.kind !== 'service') return { turn: null, answer: null };
  const nowMs = clock.nowMs();
  const begun = await writer.transaction(async (tx) => {
    // Programs run away; people do not.
    if (write.actor.kind === 'service') await countWrite(tx, write.actor.id, surfaceOf(write.path), nowMs);
    return request === null ? null : beginRequest(tx, request, randomUUID(), nowMs);
  });
  if (begun === null) return { turn: null, answer: null };
  return 'turn' in begun
    ? { turn: begun.turn, answer: null }
    : { turn: null, answer: { output: JSON.parse(begun.answer) as unknown } };
}

/** Does the work in its turn. What it refuses, or fails at before anything was committed, leaves the key free. */
export async function inTurn<T extends { readonly output: unknown }>(
  { writer }: Treasury,
  turn: Turn,
  work: () => PromiseLike<T> | T,
): Promise<T> {
  let result: T;
  try {
    result = await work();
  } catch (error) {
    await giveUp(writer, turn);
    throw error;
  }
  await keepAnswer(writer, turn, JSON.stringify(result.output ?? null));
  return result;
}

function keyedRequest({ actor, procedure, key, input }: RestWrite): KeyedRequest | null {
  if (key === undefined) return null;
  if (!KEY.test(key)) {
    throw new Refusal('input.invalid', {
      issues: 'idempotency-key: Expected 1 to 128 of letters, digits, colon, underscore and hyphen',
    });
  }
  const repeatable = typeof input === 'object' && input !== null && 'idempotencyKey' in input;
  return { caller: actor.id, key, hash: hashOfRequest(procedure, input), repeatable };
}

function surfaceOf(path: string): Surface {
  return path.startsWith('/admin/') ? 'admin' : 'api';
}
