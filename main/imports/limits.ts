/** How much a file may hold. A person's file is far below all of these; an attack is not. */
export const COLUMNS_MAX = 200;
/** Characters of a cell; what is longer is cut and refused by its line when it matters. */
export const CELL_CHARACTERS_MAX = 1_000;
/** Bytes of one line of CSV: an open quotation mark would swallow the rest of the file. */
export const CSV_RECORD_CHARACTERS_MAX = 200_000;

/** Files inside a spreadsheet's archive. */
export const ZIP_ENTRIES_MAX = 2_000;
/** Bytes all that is read of a spreadsheet may unpack to; counted while unpacking. */
export const UNPACKED_BYTES_MAX = 512 * 1024 * 1024;
/** Unpacked to packed bytes of one entry. Sheets of repeated rows reach a hundred. */
export const RATIO_MAX = 400;
/** Below this nobody asks for the ratio. */
export const RATIO_FROM_BYTES = 4 * 1024 * 1024;
