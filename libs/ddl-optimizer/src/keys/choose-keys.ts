import type { Finding, TableKeys } from '@tidemark/domain';
import { AUTO_KEYS } from './auto-keys.ts';
import { validateKeys, type ConfiguredKeys } from './configured-keys.ts';
import { proposeKeys, type ProposalFacts } from './propose-keys.ts';

export interface KeyChoice extends ProposalFacts {
  /** Null when nobody wrote keys for the table. */
  readonly configured: (ConfiguredKeys & { readonly place: string }) | null;
  /** Whether proposed keys are applied. Keys that a person wrote always win. */
  readonly optimizer: 'propose' | 'apply';
}

export interface ChosenKeys {
  readonly keys: TableKeys;
  readonly findings: readonly Finding[];
}

/** The keys that a new target table gets, and what there is to say about them. A table that exists keeps its own. */
export function chooseKeys(choice: KeyChoice): ChosenKeys {
  const { source, configured, optimizer } = choice;
  const table = `${source.schema}.${source.table}`;
  if (configured !== null) {
    const { keys, applied, skipped } = validateKeys(configured, choice.columns);
    const findings: Finding[] = [];
    if (skipped.length > 0) findings.push({ code: 'DDL_KEYS_SKIPPED', severity: 'warning', table, message: `Of the keys of ${table} (${configured.place}) were left to Redshift: ${skipped.join('; ')}.`, remedy: ['Correct the entry.'] });
    if (applied.length > 0) findings.push({ code: 'DDL_KEYS_APPLIED', severity: 'info', table, message: `A new table for ${table} gets ${applied.join(', ')} (${configured.place}).`, remedy: [] });
    return { keys, findings };
  }
  const { keys, reasons } = proposeKeys(choice);
  const message = `${reasons.join('. ')}.`;
  if (optimizer === 'apply') return { keys, findings: [{ code: 'DDL_KEYS_APPLIED', severity: 'info', table, message: `A new table for ${table} gets proposed keys. ${message}`, remedy: [] }] };
  return { keys: AUTO_KEYS, findings: [{ code: 'DDL_KEYS_PROPOSED', severity: 'info', table, message: `Keys proposed for ${table}, which Redshift chooses now. ${message}`, remedy: ['Set optimizer: apply, or write them into redshift_keys.json.'] }] };
}
