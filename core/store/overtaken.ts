/**
 * Thrown inside a transaction in whose way somebody else was first. The store rolls it back and
 * does the whole work again, which then sees what the other one wrote. Where there is one writer
 * at a time it cannot happen.
 */
export class Overtaken extends Error {
  override readonly name = 'Overtaken';
}
