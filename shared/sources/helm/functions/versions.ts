// Versions as Helm templates read and compare them.
import { bool, dict, int, text, UNKNOWN, type Val } from '../helmValues.ts';
import { type Named, ofTexts } from './function.ts';

/** The functions of versions. */
export const VERSIONS: Named = ofTexts([
  ['semver', ([s = '']) => versionOf(s)],
  ['semverCompare', ([range = '', version = '']) => compareVersions(range, version)],
]);

function versionOf(version: string): Val {
  const match = /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-([\w.-]+))?/.exec(version);
  if (!match) return UNKNOWN;
  const [, major, minor, patch, pre] = match;
  return dict([
    ['Major', int(Number(major))],
    ['Minor', int(Number(minor ?? 0))],
    ['Patch', int(Number(patch ?? 0))],
    ['Prerelease', text(pre ?? '')],
    ['Original', text(version)],
  ]);
}

/** A range such as `>=1.19-0`, `>1.2, <2`, `^1.3`, `~1.3.4`, `1.x || 2.x`. */
function compareVersions(range: string, version: string): Val {
  const own = numbersOf(version);
  if (!own) return UNKNOWN;
  let known = true;
  const holds = range.split('||').some((part) =>
    part
      .trim()
      .split(/\s*,\s*|\s+(?=[<>=!~^])/)
      .every((one) => {
        const match = /^\s*(=|!=|>=|=>|<=|=<|>|<|~|\^)?\s*v?([\dxX*.]+)(?:-[\w.]+)?\s*$/.exec(one);
        const parts = (match?.[2] ?? '')
          .split('.')
          .filter((part) => /^\d+$/.test(part))
          .map(Number);
        if (!match) {
          known = false;
          return false;
        }
        return compares(match[1] ?? '=', own, parts);
      }),
  );
  return known ? bool(holds) : UNKNOWN;
}

function numbersOf(version: string): readonly number[] | undefined {
  const match = /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?/.exec(version);
  return match ? [match[1], match[2], match[3]].map((part) => Number(part ?? 0)) : undefined;
}

function compares(sign: string, own: readonly number[], wanted: readonly number[]): boolean {
  const order = (length: number) => {
    for (let i = 0; i < length; i++)
      if ((own[i] ?? 0) !== (wanted[i] ?? 0)) return Math.sign((own[i] ?? 0) - (wanted[i] ?? 0));
    return 0;
  };
  switch (sign) {
    case '=':
      return order(wanted.length) === 0;
    case '!=':
      return order(wanted.length) !== 0;
    case '>':
      return order(wanted.length) > 0;
    case '<':
      return order(3) < 0;
    case '>=':
    case '=>':
      return order(3) >= 0;
    case '<=':
    case '=<':
      return order(wanted.length) <= 0;
    case '~':
      return order(3) >= 0 && order(Math.min(2, wanted.length)) === 0;
    default:
      return order(3) >= 0 && order(wanted[0] === 0 ? 2 : 1) === 0;
  }
}
