import { encode } from 'uqr';
import { words } from '../../app/words/words.ts';

const QUIET_ZONE = 4;

function drawn(text: string): { readonly size: number; readonly path: string } {
  const { data, size } = encode(text, { ecc: 'M', border: QUIET_ZONE });
  const modules = data.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : [])));
  return { size, path: modules.join('') };
}

/** Always dark on white: many cameras do not read it the other way round. */
export function QrCode({ text, label = words.factor.qr }: { readonly text: string; readonly label?: string }) {
  const { size, path } = drawn(text);
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${size} ${size}`}
      className="size-48 rounded-md border border-line bg-[#fff]"
      shapeRendering="crispEdges"
    >
      <path d={path} className="fill-[#000]" />
    </svg>
  );
}

/** The same as a picture of its own, for a screen without this window. */
export function qrFile(text: string): string {
  const { size, path } = drawn(text);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size} ${size}" width="480" height="480" shape-rendering="crispEdges"><rect width="100%" height="100%" fill="#fff"/><path d="${path}" fill="#000"/></svg>\n`;
}
