/** A message as text and as HTML, from the same parts. Whatever comes from records is escaped. */

export interface Part {
  readonly heading?: string;
  readonly lines?: readonly string[];
  /** Rows of a table, the first its head. */
  readonly table?: readonly (readonly string[])[];
}

export interface Message {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

export function messageOf(subject: string, parts: readonly Part[], footer: string): Message {
  return { subject: oneLine(subject), text: textOf(parts, footer), html: htmlOf(subject, parts, footer) };
}

const SUBJECT_MAX = 200;

/** A subject is one line, whatever a record's name contains: a line break in it would be a header of its own. */
function oneLine(text: string): string {
  const flat = text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();
  return [...flat].length > SUBJECT_MAX ? `${[...flat].slice(0, SUBJECT_MAX - 1).join('')}…` : flat;
}

function textOf(parts: readonly Part[], footer: string): string {
  const blocks = parts.map(({ heading, lines = [], table = [] }) =>
    [...(heading === undefined ? [] : [heading]), ...lines, ...table.map((row) => row.filter(Boolean).join('  '))].join(
      '\n',
    ),
  );
  return `${[...blocks, `-- \n${footer}`].join('\n\n')}\n`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export const escapeHtml = (text: string): string =>
  text.replaceAll(/[&<>"']/g, (character) => ESCAPES[character] ?? '');

const CELL = 'padding:4px 12px 4px 0;text-align:left;vertical-align:top';

function htmlOf(subject: string, parts: readonly Part[], footer: string): string {
  const body = parts
    .map(({ heading, lines = [], table = [] }) => {
      const [head, ...rows] = table;
      const cells = (row: readonly string[], tag: 'td' | 'th') =>
        row.map((cell) => `<${tag} style="${CELL}">${escapeHtml(cell)}</${tag}>`).join('');
      return [
        heading === undefined ? '' : `<h2 style="font-size:15px;margin:20px 0 6px">${escapeHtml(heading)}</h2>`,
        ...lines.map((line) => `<p style="margin:4px 0">${escapeHtml(line)}</p>`),
        head === undefined
          ? ''
          : `<table style="border-collapse:collapse;font-variant-numeric:tabular-nums"><thead><tr>${cells(head, 'th')}</tr></thead><tbody>${rows.map((row) => `<tr>${cells(row, 'td')}</tr>`).join('')}</tbody></table>`,
      ].join('');
    })
    .join('\n');
  return `<!doctype html><html><head><meta charset="utf-8"><title>${escapeHtml(subject)}</title></head><body style="font:14px/1.5 system-ui,sans-serif;color:#1c1f23">
${body}
<p style="margin-top:24px;color:#6b7280;font-size:12px">${escapeHtml(footer)}</p></body></html>`;
}
