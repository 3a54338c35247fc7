import { encode } from 'uqr';
import { words } from '../../app/words/words.ts';

const QUIET_ZONE = 4;

/** Always dark on white: many cameras do not read it the other way round. */
export function QrCode({ text }: { readonly text: string }) {
  const { data, size } = encode(text, { ecc: 'M', border: QUIET_ZONE });
  const modules = data.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : [])));
  return (
    <svg
      role="img"
      aria-label={words.factor.qr}
      viewBox={`0 0 ${size} ${size}`}
      className="size-48 rounded-md border border-line bg-[#fff]"
      shapeRendering="crispEdges"
    >
      <path d={modules.join('')} className="fill-[#000]" />
    </svg>
  );
}
