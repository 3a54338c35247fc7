/** What happens to one request, from its headers to its answer. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { OpenAPIHandler } from '@orpc/openapi/node';
import { RPCHandler } from '@orpc/server/node';
import { z } from 'zod';
import { CALL_HEADERS } from '../../core/contract/call-headers.ts';
import { Refusal } from '../../core/errors/refusal.ts';
import type { Engine } from '../engine/host.ts';
import { securityHeaders } from '../web/security-headers.ts';
import { readStaticFile } from '../web/static-files.ts';
import { AtOnce } from './at-once.ts';
import { type Attempts, countFailures } from './attempts.ts';
import { bodyBytesMax } from './body-limits.ts';
import { EXPOSITION_TYPE, exposition } from './exposition.ts';
import { checkAddressee, checkNotCrossSite, type OwnAddress } from './gate.ts';
import { readJsonBody } from './json-body.ts';
import { type Launch, tokenOf } from './launch.ts';
import { MetricsCollection, mayHaveAmounts } from './metrics.ts';
import { openApiDocument } from './openapi.ts';
import { readiness } from './readiness.ts';
import { asCatalogueError, catalogueError, invalidInput, refusalBody, sendRefusal, setRetryAfter } from './refusals.ts';
import { type RelayContext, relayRouter } from './relay.ts';
import { answerWebhook, webhookRail } from './webhooks.ts';

export interface RequestOptions {
  readonly engine: Engine;
  readonly own: OwnAddress;
  readonly launch: Launch;
  readonly metricsToken: string | undefined;
  readonly rendererFolder: string;
  readonly version: string;
  readonly bodyBytesMax: number;
  /** Told of every fault of ours, with the id that the caller was given. */
  readonly onFault: (error: unknown, correlationId: string) => void;
}

/** What the handlers of oRPC are given beside the request. */
interface ServedContext extends RelayContext {
  readonly response: ServerResponse;
  readonly correlationId: string;
}

/** oRPC takes a body that has been read already from here. */
type ReadRequest = IncomingMessage & { body?: unknown };

const FAILURES_MAX = 10;
const FAILURE_WINDOW_MS = 60_000;
const REST_PREFIXES = ['/api/', '/admin/'];
const TOKEN_PREFIXES = ['/api/', '/admin/'];
/** Forged webhooks of one address within a minute; providers all the same, where they come through one proxy. */
const REFUSED_WEBHOOKS_MAX = 300;
/** With 256 KiB each, what waits is 64 MiB at most. A provider that is told to come again does. */
const WEBHOOKS_AT_ONCE = { runningMax: 4, waitingMax: 256 };
/** As many wrong tokens as a program that is set up wrongly sends while somebody looks. */
const WRONG_TOKENS_MAX = 30;
const HASHED_FILES = 'public, max-age=31536000, immutable';
const launchInput = z.strictObject({ token: z.string().max(200) });

export function requestListener(
  options: RequestOptions,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const limits = { failuresMax: FAILURES_MAX, windowMs: FAILURE_WINDOW_MS, nowMs: Date.now };
  const launches = countFailures(limits);
  const tokens = countFailures({ ...limits, failuresMax: WRONG_TOKENS_MAX });
  const router = relayRouter(options.engine, { signIns: countFailures(limits), tokens });
  const bodies = { engine: options.engine, wrongTokens: tokens, bytesMax: options.bodyBytesMax };
  const rpc = new RPCHandler<ServedContext>(router, { interceptors: [(call) => inCatalogue(call, options.onFault)] });
  const rest = new OpenAPIHandler<ServedContext>(router, {
    // A procedure without a path of its own is for the window only.
    filter: ({ contract }) => contract['~orpc'].route.path !== undefined,
    interceptors: [(call) => inCatalogue(call, options.onFault)],
    customErrorResponseBodyEncoder: (error) => refusalBody(asCatalogueError(error) ?? catalogueError('engine.failed')),
  });
  const refusals = countFailures({ ...limits, failuresMax: REFUSED_WEBHOOKS_MAX });
  const proving = new AtOnce(WEBHOOKS_AT_ONCE);
  const metrics = new MetricsCollection(options.engine, options.version);
  let description: ReturnType<typeof openApiDocument> | undefined;

  async function answer(request: ReadRequest, response: ServerResponse, path: string, correlationId: string) {
    checkAddressee(request, options.own);
    const asked = `${request.method} ${path}`;
    if (asked === 'GET /readyz') {
      const state = await readiness(options.engine);
      return sendJson(response, state.ready ? 200 : 503, state);
    }
    if (asked === 'GET /metrics') {
      checkNotCrossSite(request);
      return sendMetrics(request, response, options, metrics);
    }
    if (asked === 'GET /openapi.json') {
      description ??= openApiDocument(options.version);
      return sendJson(response, 200, await description);
    }
    const webhook = webhookRail(path);
    if (webhook !== null) {
      checkNotCrossSite(request);
      const { call } = servedContext(request, response, correlationId, { bearer: undefined });
      return answerWebhook({ engine: options.engine, refusals, proving }, webhook, {
        request,
        response,
        context: call,
      });
    }
    const isRpc = path.startsWith('/rpc/');
    // A program's token is for the REST surface alone; whether it holds, the engine says.
    const bearer = TOKEN_PREFIXES.some((prefix) => path.startsWith(prefix)) ? tokenOf(request) : undefined;
    if (isRpc || asked === 'GET /healthz' || REST_PREFIXES.some((prefix) => path.startsWith(prefix))) {
      if (asked !== 'GET /healthz') {
        checkNotCrossSite(request);
        if (bearer === undefined && !options.launch.admits(request)) throw new Refusal('launch.refused');
      }
      const context = servedContext(request, response, correlationId, isRpc ? undefined : { bearer });
      // What is read here is what oRPC gets: bounded, and JSON.
      request.body = await readJsonBody(request, await bodyBytesMax(bodies, path, context.call));
      if (isRpc && request.method !== 'GET' && request.method !== 'POST') throw new Refusal('request.unknown_path');
      const { matched } = isRpc
        ? await rpc.handle(request, response, { prefix: '/rpc', context })
        : await rest.handle(request, response, { context });
      if (!matched) throw new Refusal('request.unknown_path');
      return;
    }
    if (asked === 'POST /launch') {
      checkNotCrossSite(request);
      return exchangeToken(request, response, options, launches);
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') throw new Refusal('request.unknown_path');
    await sendPage(request, response, path, options.rendererFolder);
  }

  return async (request, response) => {
    const correlationId = correlationOf(request);
    for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
    if (options.own.scheme === 'https') response.setHeader('strict-transport-security', 'max-age=31536000');
    response.setHeader('cache-control', 'no-store');
    response.setHeader(CALL_HEADERS.correlationId, correlationId);
    // The target is taken apart by hand: `//host/…` and absolute forms would parse as another place.
    const path = (request.url ?? '').split('?', 1)[0] ?? '';
    try {
      await answer(request, response, path, correlationId);
    } catch (error) {
      const refusal = asCatalogueError(error);
      if (refusal === null) options.onFault(error, correlationId);
      sendRefusal(response, refusal ?? catalogueError('engine.failed'), path.startsWith('/rpc/') ? 'rpc' : 'rest');
    }
  };
}

interface Intercepted {
  readonly context: ServedContext;
  next(): Promise<never>;
}

/** Whatever a call throws leaves as an error of the catalogue. */
async function inCatalogue<T>(
  call: Omit<Intercepted, 'next'> & { next(): Promise<T> },
  onFault: RequestOptions['onFault'],
): Promise<T> {
  try {
    return await call.next();
  } catch (error) {
    const { context } = call;
    const known = asCatalogueError(error);
    // Before the engine was asked, only reading the request can have failed.
    // A caller who hung up has stopped the call themselves: that is nobody's fault.
    if (known === null && context.handedOver && !context.response.destroyed) onFault(error, context.correlationId);
    const refusal = known ?? catalogueError(context.handedOver ? 'engine.failed' : 'input.invalid');
    setRetryAfter(context.response, refusal);
    throw refusal;
  }
}

function servedContext(
  request: IncomingMessage,
  response: ServerResponse,
  correlationId: string,
  rest: { readonly bearer: string | undefined } | undefined,
): ServedContext {
  const header = (name: string) => {
    const value = request.headers[name];
    return typeof value === 'string' ? value : undefined;
  };
  const idempotencyKey = header('idempotency-key')?.slice(0, 200);
  return {
    call: {
      // Who comes with a token is that program, whatever session is sent along.
      session: rest?.bearer === undefined ? header(CALL_HEADERS.session)?.slice(0, 200) : undefined,
      bearer: rest?.bearer,
      ...(rest && { surface: 'rest', idempotencyKey }),
      correlationId,
      ip: request.socket.remoteAddress,
      userAgent: header('user-agent')?.slice(0, 300),
    },
    idempotencyKey,
    handedOver: false,
    response,
    correlationId,
  };
}

async function sendMetrics(
  request: IncomingMessage,
  response: ServerResponse,
  { launch, metricsToken }: RequestOptions,
  metrics: MetricsCollection,
) {
  const families = await metrics.collect(mayHaveAmounts(request, { launch, token: metricsToken }));
  response.writeHead(200, { 'content-type': EXPOSITION_TYPE });
  response.end(exposition(families));
}

async function exchangeToken(
  request: IncomingMessage,
  response: ServerResponse,
  options: RequestOptions,
  launches: Attempts,
) {
  const caller = request.socket.remoteAddress ?? '';
  const waitMs = launches.waitMs(caller);
  if (waitMs > 0) throw new Refusal('request.too_many', { waitMs });
  const given = launchInput.safeParse(await readJsonBody(request, options.bodyBytesMax));
  if (!given.success) throw invalidInput(['token', 'Expected {"token": "…"} and nothing else']);
  const cookie = options.launch.cookieFor(given.data.token);
  if (cookie === null) {
    launches.failed(caller);
    throw new Refusal('launch.refused');
  }
  response.setHeader('set-cookie', cookie);
  sendJson(response, 200, {});
}

async function sendPage(request: IncomingMessage, response: ServerResponse, path: string, folder: string) {
  const file = await readStaticFile(folder, path);
  if (file === null) throw new Refusal('request.unknown_path');
  response.writeHead(200, {
    'content-type': file.type,
    'content-length': file.body.length,
    'cache-control': file.immutable ? HASHED_FILES : 'no-cache',
  });
  response.end(request.method === 'HEAD' ? undefined : file.body);
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

/** The caller's id where it is one that can stand in a log line; otherwise a new one. */
function correlationOf(request: IncomingMessage): string {
  const given = request.headers[CALL_HEADERS.correlationId];
  return typeof given === 'string' && /^[A-Za-z0-9._-]{1,64}$/.test(given) ? given : randomUUID();
}
