/**
 * Every way in which a source file reaches another: value, type, dynamic, re-export, `require`,
 * `createRequire(…)(…)`, `import x = require(…)`, `import('x').T`, and the address of a worker's
 * script in `new URL('x.ts', import.meta.url)`.
 */
import { type Argument, type CallExpression, parseSync, Visitor } from 'oxc-parser';

export interface Import {
  /** What is written between the quotes; null where it is computed and nobody can say. */
  readonly specifier: string | null;
  readonly line: number;
  /** An address is only looked up when the program runs, beside the file it was bundled into. */
  readonly isAddress: boolean;
}

const SCRIPT = /\.[cm]?[jt]sx?$/;

export function importsOf(file: string, source: string): readonly Import[] {
  const { program, errors } = parseSync(file, source);
  const fault = errors[0];
  if (fault !== undefined) throw new SyntaxError(`${file} cannot be parsed: ${fault.message}`);

  const found: Import[] = [];
  const add = (specifier: string | null, offset: number, isAddress = false) =>
    found.push({ specifier, line: source.slice(0, offset).split('\n').length, isAddress });
  const addExpression = (argument: Argument | undefined) => {
    if (argument !== undefined) add(literalOf(argument), argument.start);
  };

  new Visitor({
    ImportDeclaration: (node) => add(node.source.value, node.source.start),
    ExportAllDeclaration: (node) => add(node.source.value, node.source.start),
    ExportNamedDeclaration: (node) => {
      if (node.source !== null) add(node.source.value, node.source.start);
    },
    ImportExpression: (node) => addExpression(node.source),
    TSImportType: (node) => add(node.source.value, node.source.start),
    TSExternalModuleReference: (node) => add(node.expression.value, node.expression.start),
    CallExpression: (node) => {
      if (isRequire(node.callee)) addExpression(node.arguments[0]);
    },
    NewExpression: (node) => {
      const [address, base] = node.arguments;
      const isUrl = node.callee.type === 'Identifier' && node.callee.name === 'URL';
      if (!isUrl || address === undefined || base === undefined) return;
      const specifier = literalOf(address);
      const isOurs = source.slice(base.start, base.end) === 'import.meta.url';
      if (isOurs && specifier !== null && SCRIPT.test(specifier)) add(specifier, address.start, true);
    },
  }).visit(program);
  return found;
}

function literalOf(expression: Argument): string | null {
  if (expression.type === 'Literal' && typeof expression.value === 'string') return expression.value;
  if (expression.type === 'TemplateLiteral' && expression.expressions.length === 0) {
    return expression.quasis[0]?.value.cooked ?? null;
  }
  return null;
}

/** `require`, `require.resolve`, `import.meta.resolve`, `createRequire(…)`. */
function isRequire(callee: CallExpression['callee']): boolean {
  switch (callee.type) {
    case 'Identifier':
      return callee.name === 'require';
    case 'MemberExpression': {
      if (callee.computed || callee.property.name !== 'resolve') return false;
      return (
        callee.object.type === 'MetaProperty' ||
        (callee.object.type === 'Identifier' && callee.object.name === 'require')
      );
    }
    case 'CallExpression':
      return callee.callee.type === 'Identifier' && callee.callee.name === 'createRequire';
    default:
      return false;
  }
}
