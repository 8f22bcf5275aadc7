import type { Disguise, MaskRule, StagedColumn, ValuePolicies } from '@tidemark/domain';

/** What hides a value; it has no length that tells anything. */
const MASK_BYTES = 4;
/** Hex digits of HMAC-SHA256. */
const HASH_BYTES = 64;
/** A domain name has at most 253 characters, and `@` stands before it. https://www.rfc-editor.org/rfc/rfc1035#section-2.3.4 */
const DOMAIN_BYTES = 254;
const UTF8_BYTES_PER_CHARACTER = 4;

/** A disguise as it is chosen: without what the type map says. */
export type ColumnDisguise = { readonly kind: 'hash' } | { readonly kind: 'mask'; readonly rule: MaskRule };

/** Widest disguised value, in bytes. */
function disguisedBytes(disguise: ColumnDisguise, isText: boolean): number {
  if (disguise.kind === 'hash') return HASH_BYTES;
  const { rule } = disguise;
  switch (rule.keep) {
    case 'first': case 'last': return MASK_BYTES + rule.characters * (isText ? UTF8_BYTES_PER_CHARACTER : 1);
    case 'domain': return MASK_BYTES + DOMAIN_BYTES;
    default: return MASK_BYTES;
  }
}

/** Only what can spoil the text matters: nothing is too long for a hash or a mask, and a hash takes a NUL as any other byte. */
function textPolicies({ invalidUtf8, nulByte }: ValuePolicies, { kind }: ColumnDisguise): ValuePolicies {
  return { ...(invalidUtf8 === undefined ? {} : { invalidUtf8 }), ...(nulByte === undefined || kind === 'hash' ? {} : { nulByte }) };
}

/** The column with every value disguised: a VARCHAR of the right size, or, where nothing is left, the column's own type without a value. */
export function disguised(staged: StagedColumn, disguise: ColumnDisguise): StagedColumn {
  if (disguise.kind === 'mask' && disguise.rule.keep === 'null') {
    return { ...staged, select: 'NULL', policies: {}, disguise: { ...disguise, reads: staged.decode } };
  }
  const bytes = disguisedBytes(disguise, staged.decode === 'utf8');
  const { target: _target, ...rest } = staged;
  return {
    ...rest,
    decode: 'utf8',
    parquet: { physical: 'BYTE_ARRAY', logical: 'STRING' },
    redshift: { name: 'VARCHAR', bytes },
    maxBytes: bytes,
    policies: textPolicies(staged.policies, disguise),
    disguise: { ...disguise, reads: staged.decode },
  };
}

/** A disguise as the configuration names it. */
export function disguiseText(disguise: Disguise): string {
  if (disguise.kind === 'hash') return 'hash';
  const { rule } = disguise;
  switch (rule.keep) {
    case 'first': case 'last': return `keep_${rule.keep}_${rule.characters}`;
    case 'domain': return 'keep_domain';
    case 'nothing': return 'redact';
    case 'null': return 'to_null';
  }
}
