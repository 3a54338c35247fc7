/**
 * Reads a request's body, bounded in bytes and in depth, and only as JSON: a form or a plain text
 * is what another site's page can send without asking the browser first.
 */
import type { IncomingMessage } from 'node:http';
import { Refusal } from '../../core/errors/refusal.ts';
import { invalidInput } from './refusals.ts';

const DEPTH_MAX = 64;

/** The parsed body, or undefined where there is none. */
export async function readJsonBody(request: IncomingMessage, bytesMax: number): Promise<unknown> {
  const declaredBytes = Number(request.headers['content-length'] ?? 0);
  if (declaredBytes > bytesMax) throw tooLarge(bytesMax);
  const chunked = request.headers['transfer-encoding'] !== undefined;
  if (declaredBytes === 0 && !chunked) return undefined;
  // Encoded or attached bodies would reach the procedure as something other than what was checked.
  if (!/^application\/json(?:\s*;\s*charset=utf-8)?$/i.test(request.headers['content-type'] ?? '')) {
    throw invalidInput(['content-type', 'Expected application/json']);
  }
  if ((request.headers['content-encoding'] ?? 'identity') !== 'identity') {
    throw invalidInput(['content-encoding', 'Expected none']);
  }
  return parseJson(await readBytes(request, bytesMax));
}

function parseJson(bytes: Buffer): unknown {
  if (bytes.length === 0) return undefined;
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw invalidInput(['body', 'Not UTF-8']);
  }
  if (isDeeperThan(text, DEPTH_MAX)) throw invalidInput(['body', `Nested deeper than ${DEPTH_MAX}`]);
  try {
    return JSON.parse(text);
  } catch {
    throw invalidInput(['body', 'Not JSON']);
  }
}

/** Looked at before parsing, because what walks a value later does so recursively. One pass. */
function isDeeperThan(json: string, depthMax: number): boolean {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < json.length; i++) {
    const char = json[i];
    if (inString) {
      if (char === '\\') i += 1;
      else if (char === '"') inString = false;
    } else if (char === '"') inString = true;
    else if (char === '[' || char === '{') {
      depth += 1;
      if (depth > depthMax) return true;
    } else if (char === ']' || char === '}') depth -= 1;
  }
  return false;
}

function readBytes(request: IncomingMessage, bytesMax: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    // Whoever hung up before anything was listened for is heard of no more.
    if (request.destroyed) reject(invalidInput(['body', 'Ended early']));
    let chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= bytesMax) {
        chunks.push(chunk);
        return;
      }
      // The rest is read and dropped, so that the caller gets to see the answer.
      chunks = [];
      reject(tooLarge(bytesMax));
    });
    request.on('end', () => resolve(Buffer.concat(chunks)));
    request.on('error', () => reject(invalidInput(['body', 'Ended early'])));
    request.on('close', () => reject(invalidInput(['body', 'Ended early'])));
  });
}

function tooLarge(bytesMax: number): Refusal {
  return new Refusal('request.too_large', { bytesMax });
}
