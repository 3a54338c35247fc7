import { vaultPublicKey } from '../../../core/audit/vault-key.ts';
import { pageRequest } from '../../../core/store/paging.ts';
import { listDeliveries, redeliver } from '../../../core/webhooks/deliveries.ts';
import {
  confirmEndpoint,
  disableEndpoint,
  enableEndpoint,
  listEndpoints,
  pingEndpoint,
  proposeEndpoint,
  removeEndpoint,
} from '../../../core/webhooks/endpoints.ts';
import { EVENT_NAMES } from '../../../core/webhooks/event-names.ts';
import { actorIn, command, openOf, procedures } from '../calls.ts';

export const webhookEndpoints = {
  list: procedures.webhookEndpoints.list.handler(async ({ context: { call } }) => {
    const { writer } = openOf(call).treasury;
    return {
      endpoints: await listEndpoints(writer, actorIn(call)),
      publicKey: await vaultPublicKey(writer),
      events: [...EVENT_NAMES],
    };
  }),

  propose: procedures.webhookEndpoints.propose.handler(({ context: { call }, input }) =>
    command(call, (work) => proposeEndpoint(work, input, openOf(call).notifying.webhooks)),
  ),

  confirm: procedures.webhookEndpoints.confirm.handler(({ context: { call }, input }) =>
    command(call, (work) => confirmEndpoint(work, input)),
  ),

  disable: procedures.webhookEndpoints.disable.handler(({ context: { call }, input }) =>
    command(call, (work) => disableEndpoint(work, input)),
  ),

  enable: procedures.webhookEndpoints.enable.handler(({ context: { call }, input }) =>
    command(call, (work) => enableEndpoint(work, input)),
  ),

  remove: procedures.webhookEndpoints.remove.handler(async ({ context: { call }, input }) => {
    await command(call, (work) => removeEndpoint(work, input));
    return {};
  }),

  ping: procedures.webhookEndpoints.ping.handler(async ({ context: { call }, input }) => {
    await command(call, (work) => pingEndpoint(work, input));
    return {};
  }),

  deliveries: procedures.webhookEndpoints.deliveries.handler(({ context: { call }, input }) =>
    listDeliveries(openOf(call).treasury.writer, input, pageRequest(input)),
  ),

  redeliver: procedures.webhookEndpoints.redeliver.handler(({ context: { call }, input }) =>
    command(call, (work) => redeliver(work, input)),
  ),
};
