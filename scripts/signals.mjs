// `npm run signals`: what each signal does to the servers of programs.json, measured, compared with what the data says.
// Options: see test/signals/main.ts.
import { measure } from './realityPrograms.mjs';

await measure('signals');
