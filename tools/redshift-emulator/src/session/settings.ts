import { SqlError } from '../wire/sql-error.ts';

/** Settings that the backing server keeps. */
export const BACKEND_SETTINGS: ReadonlySet<string> = new Set(['search_path', 'statement_timeout', 'timezone', 'datestyle', 'extra_float_digits', 'application_name', 'client_encoding']);

/** Settings of Redshift that PostgreSQL does not have, with their defaults. https://docs.aws.amazon.com/redshift/latest/dg/cm_chap_ConfigurationRef.html */
const OWN_SETTINGS: Readonly<Record<string, string>> = {
  analyze_threshold_percent: '10', cast_super_null_on_error: 'on', describe_field_name_in_uppercase: 'off', downcase_delimited_identifier: 'on',
  enable_case_sensitive_identifier: 'off', enable_case_sensitive_super_attribute: 'off', enable_numeric_rounding: 'on', enable_result_cache_for_session: 'on',
  error_on_nondeterministic_update: 'off', json_parse_dedup_attributes: 'off', json_parse_truncate_strings: 'off', max_cursor_result_set_size: '0', mv_enable_aqmv_for_session: 'on',
  navigate_super_null_on_error: 'on', parse_super_null_on_error: 'off', query_group: 'default', stored_proc_log_min_messages: 'LOG', wlm_query_slot_count: '1', spectrum_query_maxerror: '-1',
};

const READ_ONLY: Readonly<Record<string, string>> = { server_version: '8.0.2', server_encoding: 'UTF8', is_superuser: '', max_connections: '500', transaction_isolation: '', integer_datetimes: 'on' };
const TRUE_WORDS: ReadonlySet<string> = new Set(['true', 'on', 't', '1', 'yes']);
const MAX_FLOAT_DIGITS = 2;

const unknownSetting = (name: string, fatal = false): SqlError => new SqlError('42704', `unrecognized configuration parameter "${name}"`, { fatal });

/** Startup parameters that are no settings. */
const CONNECTION_PARAMETERS: ReadonlySet<string> = new Set(['user', 'database', 'client_encoding', 'application_name', 'driver_version', 'os_version', 'client_protocol_version']);

/** Refuses startup parameters Redshift does not know. Settings that it knows are returned, to be set after login. */
export function startupSettings(parameters: ReadonlyMap<string, string>): Map<string, string> {
  const settings = new Map<string, string>();
  for (const [name, value] of parameters) {
    if (CONNECTION_PARAMETERS.has(name)) continue;
    if (!BACKEND_SETTINGS.has(name) && !Object.hasOwn(OWN_SETTINGS, name)) throw unknownSetting(name, true);
    settings.set(name, value);
  }
  return settings;
}

/** The settings of one session. */
export class SessionSettings {
  readonly #own = new Map<string, string>(Object.entries(OWN_SETTINGS));
  readonly #superuser: boolean;

  constructor(superuser: boolean) {
    this.#superuser = superuser;
  }

  get caseSensitiveIdentifiers(): boolean {
    return this.#isOn('enable_case_sensitive_identifier');
  }

  get nondeterministicUpdateFails(): boolean {
    return this.#isOn('error_on_nondeterministic_update');
  }

  /** Sets a setting of the emulator's own; false when the backing server keeps it. */
  set(name: string, values: readonly string[]): boolean {
    if (name === 'client_min_messages') {
      if (!this.#superuser) throw new SqlError('42501', 'permission denied to set parameter "client_min_messages"');
      return true;
    }
    if (name === 'extra_float_digits') {
      const digits = Number(values[0]);
      if (!Number.isInteger(digits) || digits < -15 || digits > MAX_FLOAT_DIGITS) throw new SqlError('22023', `${values[0]} is outside the valid range for parameter "extra_float_digits" (-15 .. ${MAX_FLOAT_DIGITS})`);
    }
    if (name === 'client_encoding' && !['utf8', 'unicode', 'utf-8'].includes((values[0] ?? '').toLowerCase())) throw new SqlError('22023', `invalid value for parameter "client_encoding": "${values[0]}"`);
    if (BACKEND_SETTINGS.has(name)) return false;
    if (Object.hasOwn(READ_ONLY, name)) throw new SqlError('55P02', `parameter "${name}" cannot be changed`);
    if (!this.#own.has(name)) throw unknownSetting(name);
    this.#own.set(name, values.join(', '));
    return true;
  }

  /** Back to the default; `all` takes every setting of the emulator's own. False when the backing server has to reset too. */
  reset(name: string): boolean {
    if (name === 'all') {
      for (const own of this.#own.keys()) this.#own.set(own, OWN_SETTINGS[own]!);
      return false;
    }
    if (BACKEND_SETTINGS.has(name)) return false;
    if (!this.#own.has(name)) throw unknownSetting(name);
    this.#own.set(name, OWN_SETTINGS[name]!);
    return true;
  }

  /** The value to SHOW; undefined when the backing server keeps it. */
  show(name: string): string | undefined {
    if (name === 'is_superuser') return this.#superuser ? 'on' : 'off';
    if (name === 'transaction_isolation') return 'serializable';
    if (Object.hasOwn(READ_ONLY, name)) return READ_ONLY[name]!;
    if (BACKEND_SETTINGS.has(name)) return undefined;
    const value = this.#own.get(name);
    if (value === undefined) throw unknownSetting(name);
    return value;
  }

  #isOn(name: string): boolean {
    return TRUE_WORDS.has(this.#own.get(name)!.toLowerCase());
  }
}
