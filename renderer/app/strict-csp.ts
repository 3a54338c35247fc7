/**
 * Before anything else runs: schemas are checked without code made at run time, which the content
 * security policy refuses, and which zod would otherwise try once.
 */
import { config } from 'zod';

config({ jitless: true });
