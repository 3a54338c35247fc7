/** The OpenAPI 3.1 description of the REST surface, made from the contract. */
import { OpenAPIGenerator } from '@orpc/openapi';
import { traverseContractProcedures } from '@orpc/server';
import { ZodToJsonSchemaConverter } from '@orpc/zod/zod4';
import { CALL_HEADERS } from '../../core/contract/call-headers.ts';
import { contract, ERRORS, type ProcedureMeta } from '../../core/contract/index.ts';

/** Paths that answer without the launch secret. */
const OPEN_PATHS: readonly string[] = ['/healthz', '/readyz', '/openapi.json'];

/** As the page, or a script with the launch token, on behalf of a person who has signed in. */
const PERSON = [
  { launchCookie: [], session: [] },
  { launchToken: [], session: [] },
];

const IDEMPOTENCY_KEY = {
  name: 'Idempotency-Key',
  in: 'header' as const,
  required: false,
  description: 'The same key within a day gives the first answer again; with another request it is refused.',
  schema: { type: 'string' as const, pattern: '^[A-Za-z0-9:_-]{1,128}$' },
};

type Document = Awaited<ReturnType<OpenAPIGenerator['generate']>>;

export async function openApiDocument(version: string): Promise<Document> {
  const generator = new OpenAPIGenerator({ schemaConverters: [new ZodToJsonSchemaConverter()] });
  const document = await generator.generate(contract, {
    info: {
      title: 'Countersign',
      version,
      description:
        'Amounts are whole minor units, as strings of digits. Lists are paged with `cursor` and `limit`. ' +
        'Every answer carries `X-Correlation-Id`, the one of the request where it had one; every refusal is ' +
        '`{"code","message","data"}`. Below `/admin` 30 writes a minute are taken from one caller, below `/api` 600; ' +
        'a refusal for that reason says `Retry-After`.',
    },
    filter: ({ contract: procedure }) => procedure['~orpc'].route.path !== undefined,
    customErrorResponseBodySchema: (_defined, status) => ({ $ref: `#/components/schemas/Refusal${status}` }),
    security: PERSON,
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
        serviceToken: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description:
            'Of a registered service account, in place of the launch secret and a session: HS256, audience ' +
            '`countersign-admin` unless set otherwise, `exp` and `sub` required, `roles` no more than the account has.',
        },
      },
    },
  });
  for (const path of OPEN_PATHS) {
    const health = document.paths?.[path]?.get;
    if (health !== undefined) health.security = [];
  }
  for (const operation of operations()) {
    const described = document.paths?.[operation.path]?.[operation.method];
    if (described === undefined) continue;
    if (operation.meta.service) described.security = [...PERSON, { serviceToken: [] }];
    if (operation.meta.audit !== null) described.parameters = [...(described.parameters ?? []), IDEMPOTENCY_KEY];
  }
  return document;
}

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

function operations(): { readonly path: string; readonly method: Method; readonly meta: ProcedureMeta }[] {
  const found: ReturnType<typeof operations> = [];
  traverseContractProcedures({ router: contract, path: [] }, ({ contract: procedure }) => {
    const { route, meta } = procedure['~orpc'];
    if (route.path === undefined) return;
    found.push({
      path: route.path,
      method: (route.method ?? 'POST').toLowerCase() as Method,
      meta: meta as ProcedureMeta,
    });
  });
  return found;
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
