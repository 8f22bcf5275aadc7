import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LAG_SECONDS, PIPELINE, SOURCE_DATABASE } from './pipeline-config.ts';
import type { BackgroundServers } from './servers/background-servers.ts';

const WORKSPACE = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));

/** Lines for a shell that work with the servers which were left up, and how to end these. A change is read once the pipeline's lag has passed, hence the sleep. */
export function commandsToTry({ configFolder, sourceUrl }: BackgroundServers): string {
  const quoted = (text: string): string => `'${text.replaceAll(`'`, `'\\''`)}'`;
  const mariadb = `MYSQL_PWD=${quoted(decodeURIComponent(sourceUrl.password))} mariadb -h ${sourceUrl.hostname} -P ${sourceUrl.port} -u ${sourceUrl.username} ${SOURCE_DATABASE}`;
  return `
The servers stay up. To try more, paste into a shell:

cd ${quoted(WORKSPACE)}
export PATH="$PWD/node_modules/.bin:$PATH"
export TIDEMARK_CONFIG=${quoted(configFolder)}
tidemark() { node ${quoted(join(WORKSPACE, 'apps/cli/bin/run.js'))} "$@"; }

tidemark watermark list -p ${PIPELINE}
tidemark batches list -p ${PIPELINE} -t orders
tidemark s3clean list -p ${PIPELINE} -t orders
${mariadb} -e "UPDATE orders SET amount = amount + 1 WHERE id <= 5"; sleep ${LAG_SECONDS + 1}
tidemark sync pipeline -p ${PIPELINE} -t orders
tidemark sync pipeline -p ${PIPELINE} --env tunnel

npm run stack -- stop        # ends the servers
`;
}
