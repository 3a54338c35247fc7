/**
 * How a refusal leaves the server. REST callers get `{"code","message","data"}` with the status of
 * the catalogue; the renderer's RPC client gets the same inside its own envelope. Whatever is not
 * in the catalogue is a fault of ours: it is reported to the host and leaves as `engine.failed`,
 * without a word of what happened inside.
 */
import type { ServerResponse } from 'node:http';
import { isSchemaIssue } from '@orpc/contract';
import { ORPCError } from '@orpc/server';
import { ERRORS, type ErrorCode } from '../../core/contract/index.ts';
import { Refusal, type RefusalData } from '../../core/errors/refusal.ts';

export type CatalogueError = ORPCError<ErrorCode, RefusalData>;

const ISSUES_LENGTH_MAX = 2_000;

function isCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERRORS, code);
}

export function catalogueError(code: ErrorCode, data: RefusalData = {}, message?: string): CatalogueError {
  const { status, message: sentence } = ERRORS[code];
  return new ORPCError(code, { defined: true, status, message: message ?? sentence, data });
}

/** The catalogue's error for whatever was thrown while answering; null when it is a fault of ours. */
export function asCatalogueError(error: unknown): CatalogueError | null {
  if (error instanceof Refusal) return catalogueError(error.code, error.data, error.message);
  if (!(error instanceof ORPCError)) return null;
  if (isCode(error.code)) return catalogueError(error.code, dataOf(error), error.message);
  if (error.code === 'BAD_REQUEST') return catalogueError('input.invalid', schemaIssues(error.data));
  // A procedure that changes something was asked for with GET.
  if (error.code === 'METHOD_NOT_SUPPORTED') return catalogueError('request.unknown_path');
  return null;
}

export function refusalBody(error: CatalogueError) {
  return { code: error.code, message: error.message, data: error.data };
}

/** Answers with a refusal, unless an answer has begun already: then the connection is all there is to close. */
export function sendRefusal(response: ServerResponse, error: CatalogueError, envelope: 'rest' | 'rpc'): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  setRetryAfter(response, error);
  response.writeHead(error.status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(envelope === 'rpc' ? { json: error.toJSON(), meta: [] } : refusalBody(error)));
}

/** Says when to come back, where the refusal knows it. */
export function setRetryAfter(response: ServerResponse, error: CatalogueError): void {
  const waitMs = error.data.waitMs;
  if (typeof waitMs === 'number') response.setHeader('retry-after', String(Math.max(1, Math.ceil(waitMs / 1000))));
}

function dataOf(error: ORPCError<string, unknown>): RefusalData {
  return typeof error.data === 'object' && error.data !== null ? (error.data as RefusalData) : {};
}

/** A request that is not of the expected form, in the words the engine uses for its inputs too. */
export function invalidInput(...issues: readonly (readonly [field: string, expected: string])[]): Refusal {
  return new Refusal('input.invalid', { issues: issues.map((issue) => issue.join(': ')).join('; ') });
}

/** Schema issues as one short text; refusals carry plain values only. */
function schemaIssues(data: unknown): RefusalData {
  const issues: unknown = typeof data === 'object' && data !== null && 'issues' in data ? data.issues : [];
  const texts = (Array.isArray(issues) ? issues : []).filter(isSchemaIssue).map(({ path = [], message }) => {
    const field = path.map((step) => String(typeof step === 'object' ? step.key : step)).join('.');
    return `${field}: ${message}`;
  });
  return texts.length === 0 ? {} : { issues: texts.join('; ').slice(0, ISSUES_LENGTH_MAX) };
}
