/** What is published for other languages to check themselves against is what the code does. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type CanonicalValue, canonical } from '../../../core/canonical/canonical.ts';

interface Vectors {
  readonly values: readonly {
    readonly about: string;
    readonly value: CanonicalValue;
    readonly text: string;
    readonly sha256: string;
  }[];
  readonly refused: readonly { readonly about: string; readonly json: string }[];
}

const vectors = JSON.parse(
  readFileSync(path.join(import.meta.dirname, '../../vectors/canonical.json'), 'utf8'),
) as Vectors;

describe('canonical JSON', () => {
  it.each(vectors.values)('has one text for $about', ({ value, text, sha256 }) => {
    expect(canonical(value)).toBe(text);
    expect(createHash('sha256').update(text, 'utf8').digest('hex')).toBe(sha256);
    expect(JSON.parse(text), 'the text is JSON of the same value').toEqual(value);
  });

  it.each(vectors.refused)('has none for $about', ({ json }) => {
    expect(() => canonical(JSON.parse(json) as CanonicalValue)).toThrow(TypeError);
  });

  it('is described with an example that is right', () => {
    const guide = readFileSync(path.join(import.meta.dirname, '../../../docs/formats/canonical-json.md'), 'utf8');
    const [, example] = /```json\n(.*)\n```/.exec(guide) ?? [];
    expect(canonical({ z: '1', a: [null, true, -7], é: 'line\n"quoted"', Z: {} })).toBe(example);
  });
});
