/** How much of a request is read, and from whom. */
import type { CallContext, Engine } from '../engine/host.ts';
import type { Attempts } from './attempts.ts';
import { noteWrongToken } from './relay.ts';

/** Where a whole file comes in, in base64, or the id of each of 100,000 destinations; everything else is small. */
const LARGE_PATHS = ['/api/payouts/import', '/rpc/imports/open', '/rpc/imports/payouts', '/rpc/payees/confirm'];
const IMPORT_BODY_BYTES_MAX = 96 * 1024 * 1024;
/** A thousand signed statements. */
const APPROVALS_BODY_BYTES_MAX = 20 * 1024 * 1024;
const BODY_BYTES_OF: ReadonlyMap<string, number> = new Map([
  ...LARGE_PATHS.map((path) => [path, IMPORT_BODY_BYTES_MAX] as const),
  ['/api/approvals', APPROVALS_BODY_BYTES_MAX],
  ['/rpc/approvals/giveMany', APPROVALS_BODY_BYTES_MAX],
]);

export interface BodyGate {
  readonly engine: Engine;
  readonly wrongTokens: Attempts;
  /** Of everything that is not large. */
  readonly bytesMax: number;
}

/**
 * A token is only looked at by the engine, together with the call. Before much is read and parsed of
 * what anybody might have sent, a small question is asked with it: refused, where it does not hold.
 */
export async function bodyBytesMax(gate: BodyGate, path: string, call: CallContext): Promise<number> {
  const large = BODY_BYTES_OF.get(path);
  if (large === undefined) return gate.bytesMax;
  if (call.bearer !== undefined) {
    try {
      await gate.engine.client.payees.list({ limit: 1 }, { context: { ...call, idempotencyKey: undefined } });
    } catch (error) {
      noteWrongToken(gate.wrongTokens, call.ip ?? '', error);
      throw error;
    }
  }
  return large;
}
