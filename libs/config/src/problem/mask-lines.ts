import { nearMisses } from './near-misses.ts';

const MASK = '[secret]';
const SECRET_NAMES = ['password', 'passphrase', 'secret', 'secret_access_key', 'access_key', 'access_key_id', 'session_token', 'token', 'private_key', 'credentials'];
const SECRET_PART = /pass(w|ph|$)|pwd|secret|token|credential|access_?key|api_?key/i;
/** Values that name a secret without being one. */
const REFERENCE = /^(["']?)(\$\{\w+\}|(env|file|aws-sm|aws-ssm):[^\s"',}]+)\1(?=[\s,}]|$)/;

/**
 * The lines of a YAML text as messages may show them: what follows a key that looks like a secret's
 * (a misspelled one too) is replaced, also where the value goes on over deeper lines.
 */
export function maskLines(text: string): string[] {
  const shown: string[] = [];
  let below: { readonly indent: number; readonly keysStay: boolean } | null = null;
  for (const line of text.split(/\r?\n/)) {
    const indent = /^\s*/.exec(line)![0].length;
    const isBelow: boolean = below !== null && indent > below.indent;
    if (line.trim() === '') {
      shown.push(line);
    } else if (isBelow && !(below!.keysStay && /^\s*[\w.-]+\s*:(\s|$)/.test(line))) {
      shown.push(`${line.slice(0, indent)}${MASK}`);
    } else {
      const masked = maskLine(line);
      if (masked.isMasked || masked.isOpen) below = { indent, keysStay: masked.isOpen };
      else if (!isBelow) below = null;
      shown.push(masked.text);
    }
  }
  return shown;
}

interface MaskedLine {
  readonly text: string;
  readonly isMasked: boolean;
  /** A secret's key ends the line: its value may follow below. */
  readonly isOpen: boolean;
}

function maskLine(line: string): MaskedLine {
  let isOpen = false;
  for (const match of line.matchAll(/([A-Za-z_][\w-]*)["']?\s*[:=]\s*/g)) {
    if (!looksSecret(match[1]!)) continue;
    const start = match.index + match[0].length;
    const rest = line.slice(start);
    if (REFERENCE.test(rest)) continue;
    if (rest !== '' && !rest.startsWith('#')) return { text: `${line.slice(0, start)}${MASK}`, isMasked: true, isOpen: false };
    isOpen = true;
  }
  return { text: maskUserInfo(line), isMasked: false, isOpen };
}

/** True for a key whose value is never shown. */
export function looksSecret(key: string): boolean {
  return SECRET_PART.test(key) || nearMisses(key.toLowerCase(), SECRET_NAMES).length > 0;
}

/** Hides the user part of addresses such as `mysql://user:password@host`. */
export function maskUserInfo(text: string): string {
  return text.replace(/\/\/[^/\s]*@/g, `//${MASK}@`);
}
