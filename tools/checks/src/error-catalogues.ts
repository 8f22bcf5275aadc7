import { CDC_ERRORS } from '@tidemark/cdc-strategies';
import { CLI_ERRORS } from '@tidemark/cli-kit';
import { CONFIG_ERRORS } from '@tidemark/config';
import { CONNECTION_ERRORS } from '@tidemark/connections';
import { DDL_ERRORS } from '@tidemark/ddl-optimizer';
import type { ErrorCatalogue } from '@tidemark/domain';
import { EXTRACTOR_ERRORS } from '@tidemark/extractor';
import { LAYOUT_ERRORS } from '@tidemark/layout';
import { PARQUET_ERRORS } from '@tidemark/parquet-writer';
import { LOADER_ERRORS } from '@tidemark/redshift-loader';
import { STORE_ERRORS } from '@tidemark/s3-store';
import { AWS_LOGIN_ERRORS } from '@tidemark/aws-auth';
import { SECRET_ERRORS } from '@tidemark/secrets-aws';
import { SYNC_ERRORS } from '@tidemark/sync-engine/engine';
import { WIRING_ERRORS } from '@tidemark/sync-engine/wiring';
import { TUNNEL_ERRORS } from '@tidemark/tunnel';
import { WATERMARK_ERRORS } from '@tidemark/watermark';

/** Every error catalogue of the workspace, by the library that throws it. */
export const CATALOGUES: readonly { readonly library: string; readonly errors: ErrorCatalogue }[] = [
  { library: 'cdc-strategies', errors: CDC_ERRORS },
  { library: 'cli-kit', errors: CLI_ERRORS },
  { library: 'config', errors: CONFIG_ERRORS },
  { library: 'connections', errors: CONNECTION_ERRORS },
  { library: 'ddl-optimizer', errors: DDL_ERRORS },
  { library: 'extractor', errors: EXTRACTOR_ERRORS },
  { library: 'layout', errors: LAYOUT_ERRORS },
  { library: 'parquet-writer', errors: PARQUET_ERRORS },
  { library: 'redshift-loader', errors: LOADER_ERRORS },
  { library: 's3-store', errors: STORE_ERRORS },
  { library: 'secrets-aws', errors: SECRET_ERRORS },
  { library: 'aws-auth', errors: AWS_LOGIN_ERRORS },
  { library: 'sync-engine', errors: { ...SYNC_ERRORS, ...WIRING_ERRORS } },
  { library: 'tunnel', errors: TUNNEL_ERRORS },
  { library: 'watermark', errors: WATERMARK_ERRORS },
];
