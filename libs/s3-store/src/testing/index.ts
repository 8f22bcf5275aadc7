export { createMemoryStore, type MemoryFaults, type MemoryRequest, type MemoryStore, type MemoryStoreOptions } from './memory-store.ts';
export { OBJECT_STORE_CASES, type ObjectStoreCase } from './object-store-cases.ts';
