/** Every verb of `countersign`. A verb's own file is loaded only when it is asked for. */
import type { Verb } from './verb.ts';

interface Listed {
  readonly about: string;
  load(): Promise<Verb>;
}

const listed = <V>(about: string, load: () => Promise<V>): Listed => ({ about, load: load as () => Promise<never> });

export const VERBS: Readonly<Record<string, Listed>> = {
  openapi: listed(
    'Print the OpenAPI 3.1 description of the HTTP surface',
    async () => (await import('./verbs/openapi.ts')).openapi,
  ),
  serve: listed('Serve the desk, the HTTP API and the jobs', async () => (await import('./verbs/serve.ts')).serve),
};
