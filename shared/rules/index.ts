// All rules, in the order of the documentation. Adding one is a line here; see docs/architecture.md.
import type { Rule } from './rule.ts';

export const rules: readonly Rule[] = [];
