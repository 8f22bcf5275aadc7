import type { SourceColumn, StagedColumn, ValuePolicies } from '@tidemark/domain';
import { disguised, type ColumnDisguise } from './disguise-column.ts';
import type { AppliedPolicy, StagedForm } from './staged-form.ts';
import { textSelect } from './text-select.ts';
import { findTypeRule } from './type-map.ts';
import type { TypePolicies } from './type-policies.ts';

/** Quotes a name for MySQL, where a back-tick doubles whatever the sql_mode. https://dev.mysql.com/doc/refman/8.4/en/identifiers.html */
function quoteSourceName(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

function valuePolicies(applied: readonly AppliedPolicy[], chosen: TypePolicies): ValuePolicies {
  return Object.assign({}, ...applied.map((policy): ValuePolicies => {
    switch (policy) {
      case 'zeroDate': return { zeroDate: chosen.zeroDate };
      case 'oversizeString': return { oversize: chosen.oversizeString };
      case 'oversizeBinary': return { oversize: chosen.oversizeBinary };
      case 'invalidUtf8': return { invalidUtf8: chosen.invalidUtf8 };
      case 'nulByte': return { nulByte: chosen.nulByte };
    }
  })) as ValuePolicies;
}

/** A column with its planned form. */
export interface FormedColumn {
  readonly staged: StagedColumn;
  readonly form: StagedForm;
}

/**
 * Plans one column; undefined when the map has no form for its type.
 * @param name its name in Redshift
 * @param disguise what becomes of its values besides
 */
export function stageColumn(column: SourceColumn, name: string, policies: TypePolicies, disguise: ColumnDisguise | null = null): FormedColumn | undefined {
  const form = findTypeRule(column, policies)?.form;
  if (form === undefined || form === null) return undefined;
  const { parquet, redshift, target, maxBytes } = form.types(column);
  const quoted = quoteSourceName(column.name);
  const select = form.policies.includes('invalidUtf8') && form.select === '{c}' ? textSelect(column.characterSet) : form.select;
  const staged: StagedColumn = {
    source: column.name,
    name,
    sourceType: column.columnType,
    select: select.split('{c}').join(quoted),
    decode: form.decode,
    parquet,
    redshift,
    ...(target === undefined ? {} : { target }),
    ...(maxBytes === undefined ? {} : { maxBytes }),
    policies: valuePolicies(form.policies, policies),
  };
  return { staged: disguise === null ? staged : disguised(staged, disguise), form };
}
