/** The one client of the contract in this window, over whichever way to the engine there is. */
import { type ClientLink, type ClientOptions, createORPCClient } from '@orpc/client';
import type { ContractRouterClient } from '@orpc/contract';
import { createTanstackQueryUtils } from '@orpc/tanstack-query';
import { CALL_HEADERS } from '../../core/contract/call-headers.ts';
import type { Contract } from '../../core/contract/index.ts';
import './desktop-bridge.ts';
import { type CountersignBridge, PORT_MESSAGE_TYPE, type PortMessage } from '../../core/contract/desktop-bridge.ts';
import { browserLink } from './browser-link.ts';
import { setConnection } from './connection.ts';
import { PortLink, type PortSource } from './port-link.ts';
import { FactorLink } from './second-factor.ts';
import { sessionToken } from './session-token.ts';

/** Lets one call be made in another session than the desk's own; setting up a sandbox needs it. */
export interface DeskContext {
  readonly session?: string;
}

export type DeskClient = ContractRouterClient<Contract, DeskContext>;

function headers({ context }: ClientOptions<DeskContext>): Record<string, string> {
  const token = context.session ?? sessionToken.current();
  return token === null ? {} : { [CALL_HEADERS.session]: token };
}

function isPortMessage(data: unknown): data is PortMessage {
  return typeof data === 'object' && data !== null && 'type' in data && data.type === PORT_MESSAGE_TYPE;
}

function desktopPorts(bridge: CountersignBridge): PortSource {
  return {
    request: () => bridge.connect(),
    onPort: (listener) =>
      window.addEventListener('message', (event) => {
        // Only the preload posts from this very window; a frame or an opener is somebody else.
        if (event.source !== window || event.origin !== window.location.origin || !isPortMessage(event.data)) return;
        const [port] = event.ports;
        if (port) listener(port);
      }),
  };
}

function chooseLink(): ClientLink<DeskContext> {
  const bridge = window.countersign;
  if (!bridge) return browserLink(headers);
  return new PortLink({ source: desktopPorts(bridge), headers, onState: setConnection, askAgainAfterMs: 2_000 });
}

const ownSession = ({ session }: DeskContext) => session === undefined;

export const client: DeskClient = createORPCClient(new FactorLink(chooseLink(), ownSession));
export const orpc = createTanstackQueryUtils(client);
