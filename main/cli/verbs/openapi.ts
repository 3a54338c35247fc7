import { openApiDocument } from '../../server/openapi.ts';
import { programVersion } from '../program.ts';
import { verb } from '../verb.ts';

export const openapi = verb({
  about: 'Print the OpenAPI 3.1 description of the HTTP surface, as served at /openapi.json.',
  args: [],
  options: {},
  async run() {
    const document = await openApiDocument(programVersion());
    return { ok: true, json: document, text: JSON.stringify(document, null, 2).split('\n') };
  },
});
