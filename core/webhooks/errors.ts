import { Refusal } from '../errors/refusal.ts';

export class WebhookError extends Refusal {
  override readonly name = 'WebhookError';
}

export const unknownEndpoint = (id: string) => new WebhookError('webhook.unknown', { id });
export const unknownDelivery = (id: string) => new WebhookError('webhook.unknown_delivery', { id });
export const endpointStale = (id: string) => new WebhookError('webhook.stale', { id });
export const endpointState = (id: string, status: string) => new WebhookError('webhook.state', { id, status });
export const badAddress = (why: string) =>
  new WebhookError('webhook.address', { why }, `Events are not sent there: ${why}`);
export const ownProposal = (id: string) => new WebhookError('webhook.own_proposal', { id });
export const tooManyEndpoints = (most: number) => new WebhookError('webhook.too_many', { most });
