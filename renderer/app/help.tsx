import { Key } from '../ui/button.tsx';
import { keyLabel } from './keyboard.ts';
import { KEYS } from './keymap.ts';
import { Overlay } from './overlay.tsx';
import { words } from './words/words.ts';

export function Help() {
  return (
    <Overlay label={words.help.title} className="w-[34rem] max-w-[90vw]">
      <div className="p-5">
        <h2 className="mb-3 text-base font-semibold">{words.help.title}</h2>
        <dl className="grid grid-cols-2 gap-x-8 gap-y-1.5">
          {KEYS.map(({ keys, command }) => (
            <div key={command} className="flex items-center justify-between gap-3">
              <dt className="text-soft">{words.help.commands[command]}</dt>
              <dd className="flex items-center gap-1 text-xs text-soft">
                {keys.map((key, at) => (
                  <span key={`${command}-${at === 0 ? 'first' : 'then'}`} className="flex items-center gap-1">
                    {at > 0 ? words.help.followedBy : null}
                    <Key>{keyLabel(key)}</Key>
                  </span>
                ))}
              </dd>
            </div>
          ))}
        </dl>
      </div>
    </Overlay>
  );
}
