import { resolveSecrets, type LoadedConfig } from '@tidemark/config';
import { isTidemarkError, type Finding, type Logger } from '@tidemark/domain';
import { openSecrets } from '../open-secrets.ts';
import { checkMysql } from './check-mysql.ts';
import { checkRedshift } from './check-redshift.ts';
import { checkS3 } from './check-s3.ts';
import type { CheckLog, ConnectionKind, ConnectionReport, ConnectionStep } from './connection-report.ts';

/**
 * Tries one connection of a configuration step by step, through its tunnel. Changes nothing but a probe object in a bucket, which is deleted again.
 * What fails is in the report; findings are told as far as it got.
 */
export async function checkConnection(config: LoadedConfig, kind: ConnectionKind, name: string, logger: Logger): Promise<ConnectionReport> {
  const steps: ConnectionStep[] = [];
  const findings: Finding[] = [];
  const log: CheckLog = { done: (step, detail) => void steps.push({ name: step, detail }), found: (finding) => void findings.push(finding) };
  const startedAt = performance.now();
  const report = (error: ConnectionReport['error']): ConnectionReport => ({ name, kind, steps, findings, error, durationMs: Math.round(performance.now() - startedAt) });
  const secrets = () => openSecrets(logger);
  try {
    if (kind === 'mysql') await checkMysql(await resolveSecrets(config.sources.get(name), secrets), log, logger);
    else if (kind === 'redshift') await checkRedshift(await resolveSecrets(config.targets.get(name), secrets), log, logger);
    else await checkS3(await resolveSecrets(config.s3Configs.get(name), secrets), log, logger);
    return report(null);
  } catch (cause) {
    if (!isTidemarkError(cause)) throw cause;
    return report({ code: cause.code, message: cause.message, remedy: cause.remedy, exit: cause.exit });
  }
}
