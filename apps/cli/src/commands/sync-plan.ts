import { SyncPipeline } from './sync-pipeline.ts';

/** `tidemark sync plan`: `sync pipeline --dry-run` under a name of its own. */
export class SyncPlan extends SyncPipeline {
  static override summary = 'Show what a sync would do: the SQL, the types, the statements, and every finding. Changes nothing.';
  static override description = 'The same as sync pipeline --dry-run.';
  static override examples = ['<%= config.bin %> <%= command.id %> -p shop_pipeline', '<%= config.bin %> <%= command.id %> -t sales.orders --json'];

  protected override isPlan(): boolean {
    return true;
  }
}
