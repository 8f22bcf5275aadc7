/** Who holds a lease, as far as another run can tell. */
export interface LeaseOwner {
  readonly run_id: string;
  readonly host: string;
  readonly pid: number;
  /** Identity of the machine's current boot; null where it is not known. */
  readonly boot_id: string | null;
  /** Start of the process in the machine's own clock ticks; tells a process from a later one with its number. */
  readonly process_start: string | null;
}

/** The lease object of one (pipeline, target, table). Never deleted. Field names are those of the stored JSON. */
export interface LeaseDocument {
  readonly format_version: 1;
  readonly write_id: string;
  readonly pipeline: string;
  readonly target: string;
  readonly table: string;
  readonly generation: number;
  readonly owner: LeaseOwner;
  readonly status: 'held' | 'released';
  readonly ttl_ms: number;
  /** By the store's clock, UTC, ISO 8601. */
  readonly acquired_at: string;
  /** By the store's clock, UTC, ISO 8601. */
  readonly renewed_at: string;
}
