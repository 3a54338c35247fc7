import { create } from 'zustand';

export type ConnectionState = 'connecting' | 'up' | 'down';

/** Whether the window can reach its engine. The header shows it; nothing decides on it. */
export const useConnection = create<{ state: ConnectionState }>(() => ({ state: 'connecting' }));

export function setConnection(state: ConnectionState): void {
  if (useConnection.getState().state !== state) useConnection.setState({ state });
}

/**
 * The way to the engine broke while a call was under way. A question may simply be asked again; of
 * a command nobody can say from here whether it was done, so it is never repeated by itself.
 */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';
  readonly code = 'connection.lost';

  constructor(options?: ErrorOptions) {
    super('The connection to the engine was lost.', options);
  }
}
