import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a real server (Netflix Eureka 2.0.6) answered, byte for byte. */
function recorded(file: string): string {
  return readFileSync(join(__dirname, file), 'utf8');
}

/** `/apps`: CATALOG with one instance UP, one OUT_OF_SERVICE, one STARTING, one DOWN, and ORDERING with one. */
export const APPS = JSON.parse(recorded('apps.json')) as object;
/** `/apps/delta` after that: one added, one UP again, one taken out of service, two deleted. */
export const DELTA = JSON.parse(recorded('delta.json')) as object;
/** `/apps` at the moment of that delta. */
export const APPS_AFTER = JSON.parse(recorded('apps-after.json')) as object;
/** `/apps` when nobody asks for JSON. */
export const APPS_XML = recorded('apps.xml');
