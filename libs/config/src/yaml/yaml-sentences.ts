import type { ErrorCode } from 'yaml';

/** What the parser's codes mean, without any text of the file: a line may hold a secret. */
export const YAML_SENTENCES: Readonly<Record<ErrorCode, string>> = {
  ALIAS_PROPS: 'an alias cannot have an anchor or a tag',
  BAD_ALIAS: 'an alias name is not valid',
  BAD_COLLECTION_TYPE: 'a tag does not fit the kind of value that follows it',
  BAD_DIRECTIVE: 'directives (% at the start of a line) are not allowed',
  BAD_DQ_ESCAPE: 'an escape sequence in a double-quoted value is not valid',
  BAD_INDENT: 'the indentation is wrong, or a bracket is not closed',
  BAD_PROP_ORDER: 'an anchor or tag stands in the wrong place',
  BAD_SCALAR_START: 'an unquoted value cannot begin with this character',
  BLOCK_AS_IMPLICIT_KEY: 'a colon and a space inside a value, or a second key on one line',
  BLOCK_IN_FLOW: 'an indented block cannot stand inside { } or [ ]',
  DUPLICATE_KEY: 'the same key stands twice in one map',
  IMPOSSIBLE: 'the file cannot be read as YAML',
  KEY_OVER_1024_CHARS: 'a key is longer than 1024 characters',
  MISSING_CHAR: 'a closing quote, bracket, comma or colon is missing',
  MULTILINE_IMPLICIT_KEY: 'a key goes over several lines, or its colon is missing',
  MULTIPLE_ANCHORS: 'a value has more than one anchor',
  MULTIPLE_DOCS: 'the file holds more than one document (---)',
  MULTIPLE_TAGS: 'a value has more than one tag',
  NON_STRING_KEY: 'a key is not text',
  RESOURCE_EXHAUSTION: 'the document is nested too deeply',
  TAB_AS_INDENT: 'a tab is used for indentation',
  TAG_RESOLVE_FAILED: 'a value does not fit its tag, or the tag is unknown',
  UNEXPECTED_TOKEN: 'something stands here that YAML does not expect',
};

const QUOTE_IT = 'Put the value between quotes.';

/** Remedies where the code says enough to give one. */
export const YAML_REMEDIES: Readonly<Partial<Record<ErrorCode, string>>> = {
  BAD_SCALAR_START: QUOTE_IT,
  BLOCK_AS_IMPLICIT_KEY: QUOTE_IT,
  BAD_DQ_ESCAPE: 'Use single quotes, or double the backslash.',
  DUPLICATE_KEY: 'Remove one of the two.',
  MULTIPLE_DOCS: 'Keep one document per file.',
  TAB_AS_INDENT: 'Indent with spaces.',
  TAG_RESOLVE_FAILED: 'Remove the tag.',
};
