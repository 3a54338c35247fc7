import { traverseContractProcedures } from '@orpc/server';
import { expect, test } from 'vitest';
import { contract, ERRORS } from '../../../core/contract/index.ts';
import { openApiDocument } from '../../../main/server/openapi.ts';

const document = await openApiDocument('1.2.3');

const routes: string[] = [];
const windowOnly: string[] = [];
traverseContractProcedures({ router: contract, path: [] }, ({ contract: procedure, path }) => {
  const { route } = procedure['~orpc'];
  if (route.path === undefined) windowOnly.push(path.join('.'));
  else routes.push(`${(route.method ?? 'POST').toLowerCase()} ${route.path}`);
});

test('describes exactly the procedures that have a path', () => {
  const described = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    Object.keys(item ?? {}).map((method) => `${method} ${path}`),
  );
  expect(described.toSorted()).toEqual(routes.toSorted());
  expect(windowOnly).toContain('vault.create');
});

test('is OpenAPI 3.1 with the version of the program', () => {
  expect(document).toMatchObject({
    openapi: expect.stringMatching(/^3\.1\./),
    info: { title: 'Countersign', version: '1.2.3' },
  });
});

test('every code of the catalogue is documented under its status, in the shape that is sent', () => {
  for (const [code, { status }] of Object.entries(ERRORS)) {
    const schema = document.components?.schemas?.[`Refusal${status}`];
    expect(schema, code).toMatchObject({ required: ['code', 'message', 'data'], additionalProperties: false });
    expect(JSON.stringify(schema)).toContain(`"${code}"`);
  }
  expect(document.paths?.['/api/payouts']?.post?.responses).toMatchObject({
    409: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Refusal409' } } } },
  });
});

test('every reference leads somewhere', () => {
  for (const [, name] of JSON.stringify(document).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
    expect(document.components?.schemas).toHaveProperty(name ?? '');
  }
});

test('amounts are strings, not numbers that lose digits', () => {
  const body = document.paths?.['/api/payouts']?.post?.requestBody;
  expect(body).toMatchObject({
    content: {
      'application/json': { schema: { properties: { amountMinor: { type: 'string' } }, additionalProperties: false } },
    },
  });
});

test('says where a program may come with its own token, and that every write takes a key', () => {
  expect(document.components?.securitySchemes?.serviceToken).toMatchObject({ scheme: 'bearer', bearerFormat: 'JWT' });
  const request = document.paths?.['/api/payouts']?.post;
  expect(request?.security).toContainEqual({ serviceToken: [] });
  expect(request?.parameters).toContainEqual(expect.objectContaining({ name: 'Idempotency-Key', in: 'header' }));
  const approve = document.paths?.['/api/payouts/{id}/approvals']?.post;
  expect(approve).toBeDefined();
  expect(approve?.security ?? document.security).not.toContainEqual({ serviceToken: [] });
});

test('only the probes answer without a secret', () => {
  expect(document.security).toHaveLength(2);
  const open = Object.entries(document.paths ?? {}).filter(([, item]) => item?.get?.security?.length === 0);
  expect(open.map(([path]) => path)).toEqual(['/healthz']);
});
