/** Who acts on a command: the screen mounted last that knows it, else the one below. */
import { useEffect, useRef } from 'react';
import type { Command } from './keymap.ts';

type Handlers = Partial<Record<Command, () => void>>;

const stack: { current: Handlers }[] = [];

/** Runs a command; says whether anybody took it. */
export function run(command: Command): boolean {
  const taker = stack.findLast(({ current }) => current[command] !== undefined)?.current[command];
  taker?.();
  return taker !== undefined;
}

export function canRun(command: Command): boolean {
  return stack.some(({ current }) => current[command] !== undefined);
}

/** Takes these commands while the component is mounted. */
export function useCommands(handlers: Handlers): void {
  const entry = useRef(handlers);
  entry.current = handlers;
  useEffect(() => {
    stack.push(entry);
    return () => {
      stack.splice(stack.indexOf(entry), 1);
    };
  }, []);
}
