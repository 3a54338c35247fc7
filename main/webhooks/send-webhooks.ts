/** Sends what waits for other systems: endpoints beside one another, each one's events in order. */
import { vaultSigner } from '../../core/audit/vault-key.ts';
import type { Driver } from '../../core/jobs/driver.ts';
import { perform } from '../../core/store/command.ts';
import { claimDelivery, endpointsDue, nextDeliveryAtMs } from '../../core/webhooks/deliveries.ts';
import { giveUpEndpoint, isAway, isDelivered, noteAnswer, purgeDeliveries } from '../../core/webhooks/outcomes.ts';
import { webhookHeaders } from '../../core/webhooks/signature.ts';
import { ANSWER_MS_MAX, type PostRules, post } from './post.ts';

export interface WebhookRound {
  readonly delivered: number;
  readonly failed: number;
  readonly againInMs: number | null;
}

const EACH_MAX = 200;
/** A slow endpoint holds up the others no longer than this; what is left for it is the next round's. */
const ROUND_MS_MAX = 30_000;

export async function sendWebhooks(driver: Driver, rules: PostRules): Promise<WebhookRound> {
  const { writer, clock, secrets } = driver.treasury;
  await writer.transaction((tx) => purgeDeliveries(tx, clock.nowMs()));
  const due = await endpointsDue(writer, clock.nowMs());
  const round = { delivered: 0, failed: 0 };
  if (due.length > 0) {
    const beganMs = performance.now();
    const signer = await vaultSigner(writer, secrets);
    const sendOne = async (endpoint: { readonly id: string; readonly url: string }): Promise<boolean> => {
      await driver.step?.();
      const row = await writer.transaction((tx) => claimDelivery(tx, endpoint.id, clock.nowMs()));
      if (row === null) return false;
      const answer = await post(endpoint.url, row.body, webhookHeaders(signer, row, clock.nowMs()), rules);
      const hopeless = await writer.transaction((tx) => noteAnswer(tx, row, answer, clock.nowMs()));
      if (hopeless !== null)
        await perform(driver.treasury, driver, (work) => giveUpEndpoint(work, endpoint.id, hopeless));
      if (isDelivered(answer)) round.delivered += 1;
      else round.failed += 1;
      // What waits for an endpoint that is away waits for its rest.
      return !isAway(answer);
    };
    await Promise.all(
      due.map(async (endpoint) => {
        // None is begun that could not be answered in time.
        const lastBeginMs = beganMs + (rules.roundMsMax ?? ROUND_MS_MAX) - (rules.answerMsMax ?? ANSWER_MS_MAX);
        for (let sent = 0; sent < EACH_MAX && performance.now() <= lastBeginMs && (await sendOne(endpoint)); sent++);
      }),
    );
  }
  const nextMs = await nextDeliveryAtMs(writer);
  return { ...round, againInMs: nextMs === null ? null : Math.max(250, nextMs - clock.nowMs()) };
}
