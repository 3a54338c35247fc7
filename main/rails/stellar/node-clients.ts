/**
 * The kit's clients of a node, bounded. By themselves they wait for an answer for ever and read one of
 * any size (of RPC's own `timeout` nothing comes): a node that hangs would hold up whoever asks it.
 */
import { Horizon, rpc } from '@stellar/stellar-sdk';

/** A page of the largest transactions with all that they changed stays far below. */
const ANSWER_BYTES_MAX = 128 * 1024 * 1024;
const TIMEOUT_MS = 20_000;

export function rpcClient(url: string, timeoutMs = TIMEOUT_MS): rpc.Server {
  return bounded(new rpc.Server(url, { allowHttp: isPlain(url) }), timeoutMs);
}

export function horizonClient(url: string, timeoutMs = TIMEOUT_MS): Horizon.Server {
  return bounded(new Horizon.Server(url, { allowHttp: isPlain(url) }), timeoutMs);
}

function bounded<C extends rpc.Server | Horizon.Server>(client: C, timeout: number): C {
  Object.assign(client.httpClient.defaults, { timeout, maxContentLength: ANSWER_BYTES_MAX });
  return client;
}

const isPlain = (url: string) => new URL(url).protocol === 'http:';
