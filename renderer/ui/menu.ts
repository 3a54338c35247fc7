/** How a menu and what is in it look. */
export const MENU = 'z-30 min-w-56 max-w-80 rounded-lg border border-line bg-raised p-1 shadow-float';

export const MENU_ITEM =
  'flex cursor-default items-center justify-between gap-6 rounded px-2 py-1.5 text-sm outline-none data-[highlighted]:bg-hover data-[disabled]:text-faint';
