// Replaces variables in Dockerfile arguments as the builder does, as far as their values are written down.

const VARIABLE = /\\\$|\$(?:(\w+)|\{(\w+)(?:(:?[-+])([^}]*))?\})/g;

/** The text with its variables replaced; one that has no value stays as written. */
export function substitute(text: string, values: ReadonlyMap<string, string | undefined>): string {
  return text.replace(VARIABLE, (whole, short?: string, long?: string, operator?: string, word = '') => {
    const name = short ?? long;
    if (name === undefined) return '$';
    const value = values.get(name);
    if (operator?.endsWith('+')) return value === undefined && values.has(name) ? whole : value ? word : '';
    if (value !== undefined && (value !== '' || !operator?.startsWith(':'))) return value;
    return operator && !values.has(name) ? word : whole;
  });
}

/** Whether a variable is left in the text. */
export function hasVariable(text: string): boolean {
  return /\$[\w{]/.test(text);
}
