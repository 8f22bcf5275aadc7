import { ObjectIndex } from './object-index.ts';
import type { Upload, VersioningStatus } from './stored-object.ts';

/** One bucket in memory; changed only by the store. */
export class Bucket {
  readonly name: string;
  readonly createdAt: number;
  readonly objects = new ObjectIndex();
  readonly uploads = new Map<string, Upload>();
  /** Keys of which a conditional write is being committed. */
  readonly committing = new Set<string>();
  /** Undefined until versioning was set for the first time. */
  versioning: VersioningStatus | undefined;

  constructor(name: string, createdAt: number) {
    this.name = name;
    this.createdAt = createdAt;
  }
}
