/** Answers one HTTP call of a simulated service, or does to it what its fault says. */
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Faults } from './faults.ts';
import type { Fault, FaultKind } from './rules.ts';

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What can befall any call; a service's own kinds come on top. */
export const CALL_FAULTS = [
  'lose_request',
  'lose_answer',
  'cut_answer',
  'refuse',
  'refuse_after',
  'delay',
  'go_away',
] as const satisfies readonly FaultKind[];

export interface FaultyCall {
  readonly faults: Faults;
  /** `stripe.transfers.create` */
  readonly where: string;
  readonly nowMs: number;
  readonly response: ServerResponse;
  /** Does what was asked. `fault` is given where it is one of the service's own kinds. */
  readonly handle: (fault: Fault | null) => Answer | Promise<Answer>;
  /** How this service words a refusal of its own. */
  readonly refusal: (status: number) => Answer;
  readonly ownFaults?: readonly FaultKind[];
}

export async function answerUnderFaults(call: FaultyCall): Promise<void> {
  const { faults, where, nowMs, response, handle, refusal, ownFaults = [] } = call;
  const fault = faults.decide(where, nowMs, [...CALL_FAULTS, ...ownFaults]);
  switch (fault?.kind) {
    case 'lose_request':
      response.destroy();
      return;
    case 'lose_answer':
      await handle(null);
      response.destroy();
      return;
    case 'cut_answer':
      cut(response, await handle(null));
      return;
    case 'refuse': {
      const { status, headers, body } = refusal(fault.status);
      const after = fault.retryAfterS === undefined ? {} : { 'Retry-After': String(fault.retryAfterS) };
      send(response, { status, headers: { ...headers, ...after }, body });
      return;
    }
    case 'refuse_after':
      await handle(null);
      send(response, refusal(fault.status));
      return;
    case 'delay':
      await sleep(fault.ms);
      send(response, await handle(null));
      return;
    default:
      send(response, await handle(fault));
  }
}

function send(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
  response.end(body);
}

/** Promises the whole body, and breaks the connection with half of it sent. */
function cut(response: ServerResponse, { status, headers, body }: Answer): void {
  const bytes = Buffer.from(body);
  response.writeHead(status, {
    'Content-Type': 'application/json',
    ...headers,
    'Content-Length': String(bytes.length),
  });
  response.write(bytes.subarray(0, bytes.length >> 1), () => response.destroy());
}
