/** Somebody else than who brought them in stands for where payees are paid. */
import type { EngineClient } from '../../engine/host.ts';
import type { SignedInDesk } from '../../signing/personal-desk.ts';

export async function confirmDestinations(client: EngineClient, approver: SignedInDesk): Promise<void> {
  const destinationIds = await proposedDestinations(client, approver);
  if (destinationIds.length > 0) await client.payees.confirm({ destinationIds }, { context: approver.context });
}

async function proposedDestinations(client: EngineClient, { context }: SignedInDesk): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<EngineClient['payees']['list']>> = await client.payees.list(
      { limit: 500, ...(cursor === null ? {} : { cursor }) },
      { context },
    );
    for (const { destinations } of page.items) {
      ids.push(...destinations.filter(({ status }) => status === 'proposed').map(({ id }) => id));
    }
    cursor = page.nextCursor;
  } while (cursor !== null);
  return ids;
}
