/** Somebody who reads the emulator's screen and presses its buttons, over HTTP like anybody else. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Decision } from './vectors.ts';

const APPROVES = ['Approve', 'Sign Hash', 'Sign\nTransaction', 'Sign\nSoroban Auth', 'Sign\nMessage'];
const WARNS = 'Accept risk and\nreview transaction';
const PATIENCE_MS = 5_000;

export interface PersonOverHttp {
  /** Reads page by page until a decision can be given, and gives it. */
  decide(decision: Decision, rejectedAt: 'warning' | 'end'): Promise<readonly string[]>;
  leave(): void;
}

export async function personAt(url: string): Promise<PersonOverHttp> {
  const away = new AbortController();
  const stream = await fetch(`${url}/events?stream=true`, { signal: away.signal });
  const pages: string[] = [];
  const reading = readPages(stream, pages).catch((error: unknown) => {
    if (!away.signal.aborted) throw error;
  });

  async function nextPage(at: number): Promise<string> {
    for (const until = Date.now() + PATIENCE_MS; Date.now() < until; await sleep(1)) {
      const page = pages[at];
      if (page !== undefined && (await isWhole(page))) return pages[at] ?? page;
    }
    throw new Error(`The screen stayed at ${JSON.stringify(pages.at(-1))}`);
  }

  /** The lines of a page come one by one; the screen itself says when all of them are there. */
  async function isWhole(page: string): Promise<boolean> {
    const response = await fetch(`${url}/events?currentscreenonly=true`);
    const { events } = (await response.json()) as { events: readonly { text: string }[] };
    return events.map(({ text }) => text).join('\n') === page;
  }

  return {
    async decide(decision, rejectedAt) {
      const seen: string[] = [];
      for (;;) {
        const page = await nextPage(0);
        pages.shift();
        seen.push(page);
        const accepts = page === WARNS && (decision === 'approve' || rejectedAt === 'end');
        const done = decision === 'approve' ? APPROVES.includes(page) : page === 'Reject';
        await press(url, accepts || done ? 'both' : 'right');
        if (done) {
          // The page of the idle app, which comes up when the review is over.
          await nextPage(0);
          pages.shift();
          return seen;
        }
      }
    },
    leave() {
      away.abort();
      void reading;
    },
  };
}

export async function press(url: string, button: 'left' | 'right' | 'both'): Promise<void> {
  const response = await fetch(`${url}/button/${button}`, {
    method: 'POST',
    body: JSON.stringify({ action: 'press-and-release' }),
  });
  if (!response.ok) throw new Error(`The button answered ${response.status}`);
}

async function readPages(stream: Response, pages: string[]): Promise<void> {
  let rest = '';
  for await (const chunk of stream.body ?? []) {
    const lines = (rest + Buffer.from(chunk).toString('utf8')).split('\n\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const { text, clear } = JSON.parse(line.slice('data: '.length)) as { text: string; clear: boolean };
      if (clear) pages.push(text);
      else pages[pages.length - 1] += `\n${text}`;
    }
  }
}
