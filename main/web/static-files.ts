/** Files of the built renderer, found by the path of a URL and never outside their folder. */
import { readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';

const MIME_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
  '.txt': 'text/plain; charset=utf-8',
};

/** What is not known is offered as bytes, which no browser runs or renders. */
export function mimeType(file: string): string {
  return MIME_TYPES[path.extname(file).toLowerCase()] ?? 'application/octet-stream';
}

/**
 * The file that a URL's path (still percent-encoded, without query) names below `root`, or null
 * when the path is malformed or could mean anything outside. Decodes exactly once, and refuses
 * rather than repairs: a path with `..`, a backslash, a colon or a control character is not one
 * that the renderer ever asks for. Looks at text only; `readStaticFile` looks at symbolic links.
 */
export function resolveWithin(root: string, urlPath: string): string | null {
  if (!urlPath.startsWith('/')) return null;
  let decoded: string;
  try {
    decoded = decodeURIComponent(urlPath);
  } catch {
    return null; // a malformed escape
  }
  // Whatever would still decode to something else is an attempt at smuggling a second meaning.
  if (/[\\:%\p{Cc}]/u.test(decoded)) return null;
  const segments = decoded.slice(1).split('/');
  if (segments.some((segment) => segment === '..' || segment === '.' || segment.endsWith('.'))) return null;
  const base = path.resolve(root);
  const file = path.resolve(base, ...segments.filter((segment) => segment !== ''));
  return file === base || file.startsWith(base.endsWith(path.sep) ? base : base + path.sep) ? file : null;
}

export interface StaticFile {
  readonly body: Buffer<ArrayBuffer>;
  readonly type: string;
  /** True for files whose name carries the hash of their content: they may be kept for ever. */
  readonly immutable: boolean;
}

/** The file itself, or null where there is none; `/` is the first page. */
export async function readStaticFile(root: string, urlPath: string): Promise<StaticFile | null> {
  const named = resolveWithin(root, urlPath === '/' ? '/index.html' : urlPath);
  if (named === null) return null;
  try {
    // A link inside the folder that leads out of it is as good as `..`.
    const [base, file] = await Promise.all([realpath(root), realpath(named)]);
    if (!file.startsWith(base + path.sep) || !(await stat(file)).isFile()) return null;
    return {
      body: await readFile(file),
      type: mimeType(file),
      immutable: path.basename(path.dirname(file)) === 'assets',
    };
  } catch (error) {
    if (isAbsent(error)) return null;
    throw error;
  }
}

function isAbsent(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG';
}
