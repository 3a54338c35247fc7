/** An engine that answers from memory, with the real contract's schemas, and records who called. */
import { createRouterClient, implement } from '@orpc/server';
import { contract } from '../../../core/contract/index.ts';
import type { CallContext, Engine, EngineClient } from '../../../main/engine/host.ts';

export interface FakeEngine extends Engine {
  readonly calls: { readonly procedure: string; readonly input: unknown; readonly context: CallContext }[];
  /** Makes `desk.overview` fail the way a bug would. */
  fault: Error | null;
  vaultState: 'none' | 'locked' | 'open';
  /** Calls of `payees.get` wait for this before they answer. */
  hold: Promise<void> | null;
  /** `watching.metrics` waits for this before it answers. */
  holdMetrics: Promise<void> | null;
  /** How many held calls were given up by their callers. */
  givenUp: number;
  /** How many live streams are being listened to. */
  streams: number;
}

const KDF = { algorithm: 'argon2id', salt: '00'.repeat(16), memoryKiB: 64, passes: 1, lanes: 1 } as const;
export const PAYEE_ID = `pye_${'0'.repeat(25)}`;

export function fakeEngine(): FakeEngine {
  const to = implement(contract).$context<CallContext>();
  const payee = (id: string) => ({
    id,
    reference: 'ref',
    name: 'Ada',
    email: null,
    emailFromMs: null,
    tags: [],
    status: 'active' as const,
    closedReason: null,
    version: 1,
    createdAtMs: 1,
    screening: null,
    owed: [],
    destinations: [],
  });
  const note = (procedure: string, input: unknown, context: CallContext) => {
    engine.calls.push({ procedure, input, context: { ...context } });
  };

  const router = {
    desk: {
      health: to.desk.health.handler(() => ({ status: 'ok' as const, version: '1.2.3', engineRestarts: 2 })),
      overview: to.desk.overview.handler(() => {
        if (engine.fault !== null) throw engine.fault;
        return { position: [], waitingForMe: 0, clockBehindMs: 0, byStatus: [], jobs: [] };
      }),
      changes: to.desk.changes.handler(async function* ({ context, signal }) {
        note('desk.changes', undefined, context);
        engine.streams += 1;
        try {
          yield { seq: '1', name: 'payout.approved', subject: 'pay_1', atMs: 1 };
          await new Promise((resolve) => signal?.addEventListener('abort', resolve));
        } finally {
          engine.streams -= 1;
        }
      }),
    },
    vault: {
      status: to.vault.status.handler(() => ({
        state: engine.vaultState,
        kind: 'sqlite' as const,
        file: 'a.vault',
        name: 'A',
        network: 'sandbox' as const,
        fenced: false,
        known: [],
      })),
      lock: to.vault.lock.handler(() => ({})),
    },
    watching: {
      jobs: to.watching.jobs.handler(() => ({ running: true, failing: ['backup'], late: [] })),
      metrics: to.watching.metrics.handler(async ({ input, context, errors }) => {
        note('watching.metrics', input, context);
        await engine.holdMetrics;
        if (engine.vaultState !== 'open') throw errors['vault.locked']({ data: {} });
        return [
          {
            name: 'countersign_alerts_open',
            help: 'Open.',
            type: 'gauge' as const,
            samples: [{ suffix: '' as const, labels: { rule: 'a"b\\c\nd' }, value: '2' }],
          },
        ];
      }),
    },
    session: {
      parameters: to.session.parameters.handler(() => ({ kdf: { ...KDF } })),
      signIn: to.session.signIn.handler(({ errors, input, context }) => {
        note('session.signIn', input, context);
        throw errors['session.refused']({ data: {} });
      }),
      me: to.session.me.handler(({ errors, context }) => {
        note('session.me', undefined, context);
        if (context.session !== 'valid') throw errors['session.required']({ data: {} });
        return {
          staffId: 's',
          name: 'Ada',
          roles: [],
          publicKey: 'cc'.repeat(32),
          signedInAtMs: 1,
          secondFactor: { enrolled: false, freshUntilMs: null, recoveryCodesLeft: 0 },
        };
      }),
    },
    payees: {
      list: to.payees.list.handler(({ input, context }) => {
        note('payees.list', input, context);
        return { items: [payee(PAYEE_ID)], nextCursor: null };
      }),
      get: to.payees.get.handler(async ({ input, context, signal }) => {
        note('payees.get', input, context);
        // Over a real port, too, a call that is given up rejects.
        await Promise.race([engine.hold, rejectedWhen(signal)]).catch((error: unknown) => {
          engine.givenUp += 1;
          throw error;
        });
        return payee(input.id);
      }),
      create: to.payees.create.handler(({ input, context }) => {
        note('payees.create', input, context);
        return payee(PAYEE_ID);
      }),
    },
    payouts: {
      request: to.payouts.request.handler(({ input, context, errors }) => {
        note('payouts.request', input, context);
        throw errors['payout.idempotency_mismatch']({ data: { payoutId: 'pay_1' } });
      }),
    },
    ledger: { position: to.ledger.position.handler(() => []) },
  };

  const engine: FakeEngine = {
    calls: [],
    fault: null,
    vaultState: 'open',
    hold: null,
    holdMetrics: null,
    givenUp: 0,
    streams: 0,
    client: createRouterClient(router, { context: (context: CallContext) => context }) as unknown as EngineClient,
    connect() {
      throw new Error('The server never opens ports');
    },
    onRestart: () => () => undefined,
    stop: () => Promise.resolve(),
  };
  return engine;
}

function rejectedWhen(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason));
  });
}
