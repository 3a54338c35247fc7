/** Reads what Stripe is sent: form-encoded, with brackets for what lies inside something else. */
export type FormValue = string | FormObject;
export interface FormObject {
  readonly [name: string]: FormValue;
}

const DEPTH_MAX = 5;

/** `metadata[a]=1&types[0]=x` → `{metadata: {a: '1'}, types: {0: 'x'}}`. */
export function readForm(text: string): FormObject {
  const root: Record<string, FormValue> = {};
  for (const [name, value] of new URLSearchParams(text)) put(root, pathOf(name), value);
  return root;
}

function pathOf(name: string): readonly string[] {
  const open = name.indexOf('[');
  if (open <= 0) return [name];
  const inner = [...name.slice(open).matchAll(/\[([^[\]]*)\]/g)].map(([, part = '']) => part);
  return [name.slice(0, open), ...inner].slice(0, DEPTH_MAX);
}

function put(into: Record<string, FormValue>, [first = '', ...rest]: readonly string[], value: string): void {
  // `types[]=a&types[]=b` numbers itself.
  const name = first === '' ? String(Object.keys(into).length) : first;
  if (rest.length === 0) {
    define(into, name, value);
    return;
  }
  const there = Object.hasOwn(into, name) ? into[name] : undefined;
  const inner: Record<string, FormValue> = typeof there === 'object' ? there : {};
  define(into, name, inner);
  put(inner, rest, value);
}

/** Whatever it is called: `__proto__` is a name like any other. */
function define(into: Record<string, FormValue>, name: string, value: FormValue): void {
  Object.defineProperty(into, name, { value, enumerable: true, writable: true, configurable: true });
}
