import { quoteLiteral } from '../sql/identifiers.ts';
import type { SettingsStatement } from '../sql/settings-statement.ts';
import { SqlError } from '../wire/sql-error.ts';
import { BACKEND_SETTINGS } from './settings.ts';
import type { SessionContext } from './session-context.ts';

/** RESET ALL would take the emulator's own settings of the backing session too. */
const resetSql = (name: string): string => (name === 'all' ? [...BACKEND_SETTINGS].map((each) => `RESET ${each}`).join('; ') : `RESET ${name}`);

/** Runs SET or RESET; gives the command tag. */
export async function runSettings(session: SessionContext, statement: SettingsStatement): Promise<string> {
  const { settings, backend } = session;
  if (statement.action === 'show') throw new SqlError('XX000', 'SHOW has no effect on settings');
  if (statement.action === 'reset') {
    if (!settings.reset(statement.name)) await backend.rows(resetSql(statement.name));
    return 'RESET';
  }
  const texts = statement.values.map((value) => value.text);
  if (texts.length === 1 && texts[0] === 'default' && !statement.values[0]!.quoted) {
    if (!settings.reset(statement.name)) await backend.rows(resetSql(statement.name));
    return 'SET';
  }
  if (settings.set(statement.name, texts)) return 'SET';
  if (session.transaction.block === 'open') await session.transaction.begin();
  const values = statement.name === 'search_path' ? texts.map((text) => quoteLiteral(text.toLowerCase())) : texts.map(quoteLiteral);
  await backend.rows(`SET ${statement.local ? 'LOCAL ' : ''}${statement.name} TO ${values.join(', ')}`);
  return 'SET';
}
