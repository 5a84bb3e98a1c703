// Base64 as Helm templates write and read it.
import { type Named, ofTexts } from './function.ts';

/** The functions of Base64. */
export const BASE64: Named = ofTexts([
  ['b64dec', ([s = '']) => unbase64(s)],
  ['b64enc', ([s = '']) => base64(s)],
]);

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Of ASCII only: anything else is unknown. */
function base64(plainText: string): string | undefined {
  if (/[^\0-\x7f]/.test(plainText)) return undefined;
  let result = '';
  for (let i = 0; i < plainText.length; i += 3) {
    const [a = 0, b, c] = [...plainText.slice(i, i + 3)].map((letter) => letter.charCodeAt(0));
    const bits = (a << 16) | ((b ?? 0) << 8) | (c ?? 0);
    const letters = [18, 12, 6, 0].map((shift) => ALPHABET.charAt((bits >> shift) & 63)).join('');
    result += b === undefined ? `${letters.slice(0, 2)}==` : c === undefined ? `${letters.slice(0, 3)}=` : letters;
  }
  return result;
}

function unbase64(coded: string): string | undefined {
  const letters = coded.replace(/=+$/, '');
  if (/[^A-Za-z0-9+/]/.test(letters)) return undefined;
  let bits = 0;
  let count = 0;
  let result = '';
  for (const letter of letters) {
    bits = ((bits << 6) | ALPHABET.indexOf(letter)) & 0xffffff;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    result += String.fromCharCode((bits >> count) & 255);
  }
  return /[^\0-\x7f]/.test(result) ? undefined : result;
}
