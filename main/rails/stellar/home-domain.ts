/**
 * A domain that gives names to accounts: its stellar.toml says which server answers for them (SEP-1),
 * and that server says what a name stands for (SEP-2). The domain comes from whoever wrote the name,
 * so only public places are asked, redirects are not followed, and little is read of an answer.
 */
import { Agent, request } from 'node:https';
import { type PlaceRules, pinnedTo, placesInTime } from '../../web/places.ts';

export interface HomeDomain {
  /** What it answers of a name, as it came; null where it knows no such name. Silence is an error. */
  ask(name: string): Promise<unknown>;
  close(): void;
}

export interface DomainRules extends PlaceRules {
  readonly answerMsMax?: number;
  /** Certificates to trust, in place of the usual ones. */
  readonly ca?: string[];
  readonly port?: number;
}

const ANSWER_MS_MAX = 10_000;
const ANSWER_BYTES_MAX = 100 * 1024;
/** It is said of the whole file, so before its first table. */
const SERVER = /^[ \t]*FEDERATION_SERVER[ \t]*=[ \t]*(?:"([^"\\\r\n]+)"|'([^'\r\n]+)')/m;
const FIRST_TABLE = /^[ \t]*\[/m;

export async function openHomeDomain(domain: string, rules: DomainRules): Promise<HomeDomain> {
  const agent = new Agent({ keepAlive: true });
  try {
    const port = rules.port === undefined ? '' : `:${rules.port}`;
    const described = await get(new URL(`https://${domain}${port}/.well-known/stellar.toml`), agent, rules);
    if (described.status !== 200) throw new Error(`its stellar.toml was answered with ${described.status}.`);
    const server = serverIn(described.text);
    return {
      async ask(name) {
        const url = new URL(server);
        url.search = new URLSearchParams({ type: 'name', q: name }).toString();
        const { status, text } = await get(url, agent, rules);
        if (status === 404) return null;
        if (status !== 200) throw new Error(`its server answered with ${status}.`);
        return parsed(text);
      },
      close: () => agent.destroy(),
    };
  } catch (error) {
    agent.destroy();
    throw error;
  }
}

function serverIn(toml: string): URL {
  const [root = ''] = toml.split(FIRST_TABLE);
  const [, basic, literal] = SERVER.exec(root) ?? [];
  const url = URL.parse(basic ?? literal ?? '');
  if (url === null) throw new Error('its stellar.toml names no server for names.');
  return url;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error('its server answered with something else than JSON.', { cause: error });
  }
}

interface Got {
  readonly status: number;
  readonly text: string;
}

async function get(url: URL, agent: Agent, rules: DomainRules): Promise<Got> {
  const untilMs = performance.now() + (rules.answerMsMax ?? ANSWER_MS_MAX);
  const places = await placesInTime(url, rules, untilMs);
  if (typeof places === 'string') throw new Error(places);
  return new Promise((resolve, reject) => {
    const asked = request(
      url,
      {
        agent,
        lookup: pinnedTo(places),
        ...(rules.ca === undefined ? {} : { ca: rules.ca }),
        headers: { accept: 'application/json, text/plain', 'user-agent': 'Countersign' },
      },
      (answer) => {
        const read: Buffer[] = [];
        let bytes = 0;
        answer.on('data', (chunk: Buffer) => {
          read.push(chunk);
          bytes += chunk.length;
          if (bytes > ANSWER_BYTES_MAX) answer.destroy(new Error('it answered with more than is read.'));
        });
        answer.on('error', reject);
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(read).toString('utf8') }));
      },
    );
    const timer = setTimeout(() => asked.destroy(new Error('no answer in time.')), untilMs - performance.now());
    asked.on('error', reject);
    asked.on('close', () => clearTimeout(timer));
    asked.end();
  });
}
