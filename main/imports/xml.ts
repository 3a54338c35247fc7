/** Reads one part of a spreadsheet as a stream of elements. Nothing in it is ever looked up or expanded. */
import { SaxesParser, type SaxesTagPlain } from 'saxes';
import { Refusal } from '../../core/errors/refusal.ts';
import { unreadable } from '../../core/payouts/import/errors.ts';
import type { Zip } from './zip.ts';

export interface XmlListener {
  open?(name: string, attributes: Readonly<Record<string, string>>): void;
  text?(text: string): void;
  close?(name: string): void;
  /** After each piece; lets others go on. */
  step?(): Promise<void>;
}

export async function readXml(zip: Zip, part: string, listener: XmlListener): Promise<void> {
  const parser = new SaxesParser({ xmlns: false });
  const decoder = new TextDecoder('utf-8', { fatal: true });
  // A document type is where entities are declared, which is all the ways XML can be turned into a weapon.
  parser.on('doctype', () => {
    throw unreadable('The spreadsheet declares a document type, which no spreadsheet program writes. It is not read.');
  });
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', (tag: SaxesTagPlain) => listener.open?.(localName(tag.name), tag.attributes));
  parser.on('text', (text) => listener.text?.(text));
  parser.on('cdata', (text) => listener.text?.(text));
  parser.on('closetag', (tag: SaxesTagPlain) => listener.close?.(localName(tag.name)));
  try {
    for await (const piece of zip.unpack(part)) {
      parser.write(decoder.decode(piece, { stream: true }));
      await listener.step?.();
    }
    parser.write(decoder.decode());
    parser.close();
  } catch (error) {
    if (error instanceof Refusal) throw error;
    // Whatever the parser or the decoder says, it says of the file.
    throw unreadable(`The spreadsheet is damaged: ${part} is not what it should be.`);
  }
}

/** Some programs write `x:row` for `row`. */
function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}
