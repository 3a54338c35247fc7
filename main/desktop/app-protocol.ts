/** `app://countersign/`: the built renderer, served from its folder and from nowhere else. */
import { protocol } from 'electron';
import { securityHeaders } from '../web/security-headers.ts';
import { readStaticFile } from '../web/static-files.ts';
import { APP_SCHEME, isAppUrl } from './addresses.ts';

/** Must be called before the app is ready: from then on Chromium's idea of a scheme is fixed. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    {
      scheme: APP_SCHEME,
      // Standard and secure: pages get an origin, relative addresses, and WebCrypto.
      privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true },
    },
  ]);
}

export function serveRenderer(folder: string): void {
  protocol.handle(APP_SCHEME, (request) => answerRequest(folder, request));
}

/** Every answer, also a refusal, carries the security headers. */
export async function answerRequest(
  folder: string,
  request: { readonly method: string; readonly url: string },
): Promise<Response> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405);
  if (!isAppUrl(request.url)) return refuse(404);
  const file = await readStaticFile(folder, new URL(request.url).pathname);
  if (file === null) return refuse(404);
  return new Response(request.method === 'HEAD' ? null : file.body, {
    status: 200,
    headers: { ...securityHeaders, 'content-type': file.type, 'cache-control': 'no-cache' },
  });
}

function refuse(status: number): Response {
  return new Response(null, { status, headers: { ...securityHeaders, 'content-type': 'text/plain; charset=utf-8' } });
}
