/** The program as tests start it: bundled, see `global-program.ts`. */
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { inject } from 'vitest';
import type { Engine, EngineOptions } from '../../main/engine/host.ts';
import { type SupervisorOptions, startEngine as startFrom } from '../../main/engine/supervisor.ts';
import './global-program.ts';

type Entry = 'main' | 'demo' | 'thread' | 'engine-process' | 'flow-process' | 'work-process';

export function programFile(name: Entry): string {
  return path.join(inject('program'), `${name}.js`);
}

/** An engine in a thread of its own. */
export function startEngine(options: EngineOptions, supervisor: SupervisorOptions = {}): Promise<Engine> {
  return startFrom(options, { threadUrl: pathToFileURL(programFile('thread')), ...supervisor });
}
