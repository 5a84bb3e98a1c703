// `npm run proof`: replays the incidents with the real programs, before and after the fixes, and writes docs/proof.md.
// Options: see test/proof/main.ts.
import { measure } from './realityPrograms.mjs';

await measure('proof');
