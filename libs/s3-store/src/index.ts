export { STORE_ERRORS, StoreError, type StoreErrorCode } from './errors.ts';
export type { ByteSink, ListedObject, ListOptions, ObjectCleaner, ObjectInfo, ObjectStore, PutOptions, PutResult, StoredObject, UnfinishedUpload } from './object-store.ts';
export type { RetrySettings } from './retry.ts';
export type { S3StoreSettings } from './s3-settings.ts';
export { createS3Store, type S3Store } from './s3-store.ts';
