/** Reads a message as a mail program does: headers unfolded, parts by their type, words decoded. */

export interface ReadMail {
  /** By lower-case name; of several of one name the last. */
  readonly headers: Readonly<Record<string, string>>;
  readonly subject: string;
  readonly messageId: string;
  readonly text: string;
  readonly html: string;
}

export function readMail(raw: string): ReadMail {
  const { headers, body } = split(raw);
  const parts = leavesOf(headers, body);
  const ofType = (type: string) => parts.find((part) => part.type === type)?.content ?? '';
  return {
    headers,
    subject: decodeWords(headers.subject ?? ''),
    messageId: headers['message-id'] ?? '',
    text: ofType('text/plain'),
    html: ofType('text/html'),
  };
}

interface Leaf {
  readonly type: string;
  readonly content: string;
}

type Headers = Readonly<Record<string, string>>;

function split(raw: string): { readonly headers: Headers; readonly body: string } {
  const end = raw.search(/\r?\n\r?\n/);
  const head = end < 0 ? raw : raw.slice(0, end);
  const body = end < 0 ? '' : raw.slice(end).replace(/^\r?\n\r?\n/, '');
  const headers: Record<string, string> = {};
  for (const line of head.replaceAll(/\r?\n[ \t]+/g, ' ').split(/\r?\n/)) {
    const colon = line.indexOf(':');
    if (colon > 0) headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  return { headers, body };
}

function leavesOf(headers: Headers, body: string): readonly Leaf[] {
  const contentType = headers['content-type'] ?? 'text/plain';
  const boundary = /boundary="?([^";]+)"?/i.exec(contentType)?.[1];
  if (boundary === undefined) {
    const type = (contentType.split(';', 1)[0] ?? '').trim().toLowerCase();
    return [{ type, content: decodeBody(body, headers['content-transfer-encoding'] ?? '7bit') }];
  }
  return `\n${body.replaceAll('\r\n', '\n')}`
    .split(`\n--${boundary}`)
    .slice(1)
    .filter((part) => !part.startsWith('--'))
    .map((part) => part.slice(part.indexOf('\n') + 1))
    .flatMap((part) => {
      const inner = split(part);
      return leavesOf(inner.headers, inner.body);
    });
}

function decodeBody(body: string, encoding: string): string {
  switch (encoding.toLowerCase()) {
    case 'base64':
      return Buffer.from(body, 'base64').toString('utf8');
    case 'quoted-printable':
      return quotedPrintable(body.replaceAll(/=\r?\n/g, ''));
    default:
      return body;
  }
}

function quotedPrintable(text: string): string {
  const bytes: Buffer[] = [];
  for (const piece of text.split(/(=[0-9A-F]{2})/i))
    bytes.push(/^=[0-9A-F]{2}$/i.test(piece) ? Buffer.from(piece.slice(1), 'hex') : Buffer.from(piece));
  return Buffer.concat(bytes).toString('utf8');
}

/** `=?UTF-8?Q?…?=`, of which neighbours belong together. */
function decodeWords(text: string): string {
  return text
    .replaceAll(/\?=\s+=\?/g, '?==?')
    .replaceAll(/=\?[^?]+\?([QB])\?([^?]*)\?=/gi, (_all, kind: string, coded: string) =>
      kind.toUpperCase() === 'B'
        ? Buffer.from(coded, 'base64').toString('utf8')
        : quotedPrintable(coded.replaceAll('_', ' ')),
    );
}
