/** What Redshift's words about a failed COPY call for, first match first. */
const KINDS: readonly (readonly [words: RegExp, remedy: (column: string | null) => readonly string[]])[] = [
  [/Access ?Denied|Status 403|cannot be assumed|InvalidAccessKeyId|Access Key Id you provided|SignatureDoesNotMatch|ExpiredToken|InvalidToken|Invalid credentials|default IAM role is not set/i, () => [
    'Let the iam_role of the target, or the keys of the S3 configuration where there is none, read the bucket: s3:GetObject on its objects and s3:ListBucket.',
    'A role must be attached to the cluster or workgroup, and of a chain each role must be allowed to assume the next; temporary keys expire.',
  ]],
  [/must be addressed using the specified endpoint|PermanentRedirect|AuthorizationHeaderMalformed/i, () => ['Use a bucket in the region of the cluster: COPY of Parquet reads no other.']],
  [/longer than the length defined|NULL value into column|incompatible Parquet schema|invalid type length|Unmatched number of columns/i, (column) => [
    `The staged values do not fit ${column === null ? 'the staging table' : `column ${column}`} as the batch describes it; loading the same files again fails the same way.`,
    'Correct the definition or the type of the column, then read the batch once more: tidemark batches restage.',
  ]],
  [/File not found|NoSuchKey|\bspecified\b.* does not exist|Status 404|InvalidRange|Error code: 416|invalid version number|Corrupt|not a Parquet file/i, () => [
    'A staged file is gone, or is not what was staged: look at what else writes to or expires from the bucket.',
    'Read the batch once more: tidemark batches restage.',
  ]],
];

/** What to do about a failed COPY, by what Redshift said of it; undefined where that says nothing. */
export function copyRemedy(text: string, column: string | null): readonly string[] | undefined {
  return KINDS.find(([words]) => words.test(text))?.[1](column);
}
