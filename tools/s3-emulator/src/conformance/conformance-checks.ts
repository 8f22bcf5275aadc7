import { authenticationChecks } from './authentication-checks.ts';
import { bucketChecks } from './bucket-checks.ts';
import { checksumChecks } from './checksum-checks.ts';
import { conditionChecks } from './condition-checks.ts';
import type { ConformanceCheck } from './conformance-check.ts';
import { listingChecks } from './listing-checks.ts';
import { multipartChecks } from './multipart-checks.ts';
import { objectChecks } from './object-checks.ts';
import { versioningChecks } from './versioning-checks.ts';

/** All checks by subject. They use keys of their own, so that one that fails spoils no other. */
export const CONFORMANCE_CHECKS: Readonly<Record<string, readonly ConformanceCheck[]>> = {
  buckets: bucketChecks,
  objects: objectChecks,
  conditions: conditionChecks,
  checksums: checksumChecks,
  multipart: multipartChecks,
  listings: listingChecks,
  versioning: versioningChecks,
  authentication: authenticationChecks,
};
