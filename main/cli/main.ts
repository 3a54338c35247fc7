#!/usr/bin/env node
/** `countersign VERB …` */
import { runAsProcess } from './process.ts';
import { run } from './run.ts';

await runAsProcess('countersign', run);
