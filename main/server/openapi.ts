/** The OpenAPI 3.1 description of the REST surface, made from the contract. */
import { OpenAPIGenerator } from '@orpc/openapi';
import { ZodToJsonSchemaConverter } from '@orpc/zod/zod4';
import { CALL_HEADERS } from '../../core/contract/call-headers.ts';
import { contract, ERRORS } from '../../core/contract/index.ts';

/** Paths that answer without the launch secret. */
const OPEN_PATHS: readonly string[] = ['/healthz', '/readyz', '/openapi.json'];

type Document = Awaited<ReturnType<OpenAPIGenerator['generate']>>;

export async function openApiDocument(version: string): Promise<Document> {
  const generator = new OpenAPIGenerator({ schemaConverters: [new ZodToJsonSchemaConverter()] });
  const document = await generator.generate(contract, {
    info: {
      title: 'Countersign',
      version,
      description:
        'Amounts are whole minor units, as strings of digits. Lists are paged with `cursor` and `limit`. ' +
        'Every answer carries `X-Correlation-Id`; every refusal is `{"code","message","data"}`.',
    },
    filter: ({ contract: procedure }) => procedure['~orpc'].route.path !== undefined,
    customErrorResponseBodySchema: (_defined, status) => ({ $ref: `#/components/schemas/Refusal${status}` }),
    security: [
      { launchCookie: [], session: [] },
      { launchToken: [], session: [] },
    ],
    components: {
      schemas: refusalSchemas(),
      securitySchemes: {
        launchToken: {
          type: 'http',
          scheme: 'bearer',
          description: 'The token in the URL printed by `countersign serve`.',
        },
        launchCookie: { type: 'apiKey', in: 'cookie', name: 'countersign-PORT', description: 'Set by `POST /launch`.' },
        session: {
          type: 'apiKey',
          in: 'header',
          name: CALL_HEADERS.session,
          description: 'The token that signing in gives.',
        },
      },
    },
  });
  for (const path of OPEN_PATHS) {
    const health = document.paths?.[path]?.get;
    if (health !== undefined) health.security = [];
  }
  return document;
}

/** One schema for each status, which names the codes that come with it. */
function refusalSchemas() {
  const codesByStatus = Map.groupBy(Object.entries(ERRORS), ([, { status }]) => status);
  return Object.fromEntries(
    [...codesByStatus].map(([status, errors]) => [
      `Refusal${status}`,
      {
        type: 'object' as const,
        description: errors.map(([code, { message }]) => `\`${code}\`: ${message}`).join('\n'),
        properties: {
          code: { type: 'string' as const, enum: errors.map(([code]) => code) },
          message: { type: 'string' as const, description: 'A sentence for a person' },
          data: {
            type: 'object' as const,
            description: 'What is needed to act on it',
            additionalProperties: {
              type: ['string', 'number', 'boolean', 'null'] as ('string' | 'number' | 'boolean' | 'null')[],
            },
          },
        },
        required: ['code', 'message', 'data'],
        additionalProperties: false,
      },
    ]),
  );
}
