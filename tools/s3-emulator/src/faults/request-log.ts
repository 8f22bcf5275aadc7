/** Entries kept; older ones are forgotten. */
const MAX_ENTRIES = 20_000;

/** One request the server saw. */
export interface RequestRecord {
  /** Rising without gaps, from 1. */
  readonly sequence: number;
  readonly requestId: string;
  readonly method: string;
  operation?: string;
  bucket?: string;
  key?: string;
  accessKeyId?: string;
  /** Set when the answer began; 0 when the connection was reset instead. */
  status?: number;
  /** The S3 error code of the answer. */
  code?: string;
  /** The faults that met it. */
  faults: string[];
}

/** The requests seen, oldest first. */
export class RequestLog {
  #records: RequestRecord[] = [];
  #sequence = 0;

  begin(requestId: string, method: string): RequestRecord {
    this.#sequence += 1;
    const record: RequestRecord = { sequence: this.#sequence, requestId, method, faults: [] };
    this.#records.push(record);
    if (this.#records.length > MAX_ENTRIES) this.#records.splice(0, this.#records.length - MAX_ENTRIES);
    return record;
  }

  /** @param after gives only records with a higher sequence */
  list(after = 0): RequestRecord[] {
    return this.#records.filter((record) => record.sequence > after).map((record) => ({ ...record, faults: [...record.faults] }));
  }

  clear(): void {
    this.#records = [];
  }
}
