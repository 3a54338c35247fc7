/**
 * How wide the letters of a Nano S Plus are. Where a line breaks follows from it, and with that how
 * many pages a person has to press through.
 */

/** One hexadecimal digit a letter, from the space to the tilde, in pixels. */
const WIDTHS_PX =
  '3347699233663434' + // space to /
  '6666866666336665' + // 0 to ?
  'A777866883476A89' + // @ to O
  '7976787A76644465' + // P to _
  '6675765673463A77' + // ` to o
  '774547696654646'; // p to ~
const FIRST_LETTER = 0x20;
const LINE_PX_MAX = 114;

function widthPx(letter: string): number {
  // What the font lacks takes no room.
  return Number.parseInt(WIDTHS_PX[letter.charCodeAt(0) - FIRST_LETTER] ?? '0', 16);
}

/** Where the device would rather break a line than inside a word. */
const MAY_BREAK = /[ -]/;

/** The text as the lines it takes; a line that was broken at a space keeps that space at its end. */
export function linesOf(text: string): readonly string[] {
  const lines: string[] = [];
  let rest = text;
  while (rest !== '') {
    const fits = lettersThatFit(rest);
    if (fits === rest.length) return [...lines, rest];
    const breakAt = lastBreak(rest.slice(0, fits + 1)) ?? fits - 1;
    lines.push(rest.slice(0, breakAt + 1));
    rest = rest.slice(breakAt + 1);
  }
  return lines;
}

/**
 * A line as the emulator reads it off the screen: it takes the space a line was broken at for a text
 * of its own, and everything from an underscore on, which lies lower than the letters before it.
 */
export function asRead(line: string): readonly string[] {
  const [words, space] = line.length > 1 && line.endsWith(' ') ? [line.slice(0, -1), [' ']] : [line, []];
  return [...words.split(/(?=_)/), ...space];
}

function lettersThatFit(text: string): number {
  let px = 0;
  for (let count = 0; count < text.length; count += 1) {
    px += widthPx(text.charAt(count));
    // A letter that alone is too wide is drawn all the same.
    if (px > LINE_PX_MAX) return Math.max(count, 1);
  }
  return text.length;
}

function lastBreak(line: string): number | null {
  for (let at = line.length - 1; at >= 0; at -= 1) {
    const letter = line.charAt(at);
    // The space itself may stand behind the edge; a hyphen is seen, and has to fit.
    if (MAY_BREAK.test(letter) && (letter === ' ' || at < line.length - 1)) return at;
  }
  return null;
}
