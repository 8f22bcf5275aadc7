import type { Variables } from './variables.ts';

export type InterpolationFault = { readonly kind: 'unset' | 'forbidden'; readonly name: string } | { readonly kind: 'malformed' };

export interface Interpolated {
  readonly text: string;
  readonly faults: readonly InterpolationFault[];
}

const REFERENCE = /\$\{(?:([A-Za-z_]\w*)(?::-([^}]*))?\})?/g;

/**
 * Fills in `${NAME}` and `${NAME:-default}`; the default holds for a variable that is unset or empty.
 * What is filled in is not read again. Any other `${` is a fault; a `$` alone is literal.
 */
export function interpolate(text: string, variables: Variables): Interpolated {
  const faults: InterpolationFault[] = [];
  const filled = text.replace(REFERENCE, (_match, name: string | undefined, fallback: string | undefined) => {
    if (name === undefined) {
      faults.push({ kind: 'malformed' });
      return '';
    }
    const found = variables.lookup(name);
    if (found.kind === 'value' && (found.value !== '' || fallback === undefined)) return found.value;
    if (found.kind !== 'forbidden' && fallback !== undefined) return fallback;
    if (found.kind !== 'value') faults.push({ kind: found.kind, name });
    return '';
  });
  return { text: filled, faults };
}
