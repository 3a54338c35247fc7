/**
 * What the device shows, page by page: an opening, perhaps a warning that has to be accepted first,
 * the fields, and two pages to decide on.
 */
import { asRead, linesOf } from './letters.ts';

export interface Field {
  readonly title: string;
  readonly value: string;
}

export interface Page {
  readonly lines: readonly string[];
  /** What pressing both buttons does here; on most pages nothing. */
  readonly both: 'nothing' | 'accept' | 'approve' | 'reject';
}

/** What a person is asked before the app answers. */
export interface Review {
  readonly opening: readonly string[];
  readonly fields: readonly Field[];
  readonly approve: readonly string[];
  /** The app cannot show all that it would sign. */
  readonly blind: boolean;
}

const LINES_OF_VALUE = 3;

const WARNING: readonly Page[] = [
  reading(['This transaction', 'cannot be trusted']),
  reading(['Your Ledger cannot', 'decode this', 'transaction. If you', 'sign it, you could']),
  reading(['be authorizing', 'malicious actions', 'that can drain your', 'wallet.']),
  reading(['Learn more:', 'ledger.com/e8']),
  { lines: ['Accept risk and', 'review transaction'], both: 'accept' },
];
const REJECT: Page = { lines: ['Reject'], both: 'reject' };

export function warningPages(): readonly Page[] {
  return [...WARNING, REJECT];
}

export function reviewPages(review: Review): readonly Page[] {
  return [
    reading(review.opening),
    ...review.fields.flatMap(pagesOf),
    ...(review.blind ? [reading(['You accepted', 'the risks'])] : []),
    { lines: review.approve, both: 'approve' },
    REJECT,
  ];
}

function pagesOf({ title, value }: Field): readonly Page[] {
  const lines = linesOf(value);
  const count = Math.max(1, Math.ceil(lines.length / LINES_OF_VALUE));
  return Array.from({ length: count }, (_, index) => {
    const ofPage = lines.slice(index * LINES_OF_VALUE, (index + 1) * LINES_OF_VALUE);
    return reading([count === 1 ? title : `${title} (${index + 1}/${count})`, ...ofPage.flatMap(asRead)]);
  });
}

function reading(lines: readonly string[]): Page {
  return { lines, both: 'nothing' };
}
