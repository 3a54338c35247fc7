/** The approvers share the queue; what each of them signs is what the engine shows them. */
import type { EngineClient } from '../../engine/host.ts';
import type { SignedInDesk } from '../../signing/personal-desk.ts';
import type { Phase } from './phases.ts';
import { approve } from './policy.ts';

/** As many as keep the engine busy; each is a call to prepare, a signature, and a call to give. */
const APPROVALS_AT_ONCE = 4;

export async function approveAll(
  client: EngineClient,
  approvers: readonly SignedInDesk[],
  phase: Phase,
): Promise<number> {
  const waiting = await waitingFor(client, approvers[0]);
  let signed = 0;
  let done = 0;
  // One after the other, until it has as many as the policy asks for.
  const approveInTurn = async (desks: readonly SignedInDesk[], id: string) => {
    for (const desk of desks) {
      signed += 1;
      if ((await approve(client, desk, id)).status !== 'pending') break;
    }
    done += 1;
    phase.reached(done, waiting.length);
  };
  await Promise.all(
    approvers.map((_approver, turn) =>
      forEachAtOnce(
        waiting.filter((_id, index) => index % approvers.length === turn),
        APPROVALS_AT_ONCE,
        (id) => approveInTurn([...approvers.slice(turn), ...approvers.slice(0, turn)], id),
      ),
    ),
  );
  return signed;
}

async function waitingFor(client: EngineClient, approver: SignedInDesk | undefined): Promise<readonly string[]> {
  if (approver === undefined) return [];
  const { context } = approver;
  const ids: string[] = [];
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<EngineClient['approvals']['queue']>> = await client.approvals.queue(
      { limit: 500, ...(cursor === null ? {} : { cursor }) },
      { context },
    );
    ids.push(...page.items.filter(({ canApprove }) => canApprove).map(({ id }) => id));
    cursor = page.nextCursor;
  } while (cursor !== null);
  return ids;
}

async function forEachAtOnce<T>(items: readonly T[], atOnce: number, work: (item: T) => Promise<void>): Promise<void> {
  const rest = items.values();
  const lane = async () => {
    for (const item of rest) await work(item);
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
}
