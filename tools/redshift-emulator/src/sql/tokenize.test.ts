import { describe, expect, test } from 'vitest';
import { redact } from './redact.ts';
import { splitStatements, tokenize } from './tokenize.ts';

const values = (text: string): string[] => tokenize(text).map((token) => `${token.kind}:${token.value}`);

describe('tokenize', () => {
  test.each([
    ["'a\\'b'", ["string:a'b"]], ["'a''b'", ["string:a'b"]], ["E'\\n'", ['string:\n']], ['"A""b"', ['quoted:A"b']], ['Name_1$', ['word:name_1$']], ['#Temp', ['word:#temp']],
    ['1.5e-3', ['number:1.5e-3']], ['.5', ['number:.5']], ['$12', ['parameter:$12']], ['a::int', ['word:a', 'operator:::', 'word:int']], ['/* a /* b */ c */ x -- y', ['word:x']], ['größe', ['word:größe']],
    ["a<=>'b'", ['word:a', 'operator:<=>', 'string:b']], ["'-- no comment; /* none */'", ['string:-- no comment; /* none */']],
  ])('D21: %s', (text, expected) => {
    expect(values(text)).toEqual(expected);
  });

  test.each(["'open", "'ends with \\'", '"open', '/* open', '""'])('%s is a syntax error', (text) => {
    expect(() => tokenize(text)).toThrow(expect.objectContaining({ code: '42601' }) as Error);
  });

  test('statements end at semicolons outside literals', () => {
    expect(splitStatements(tokenize("SELECT ';'; ; SELECT 2;")).map((tokens) => tokens.map((token) => token.text))).toEqual([['SELECT', "';'"], ['SELECT', '2']]);
  });

  test('keys and passwords are redacted, other literals are not', () => {
    const text = "COPY t FROM 's3://b/k' ACCESS_KEY_ID 'AK' SECRET_ACCESS_KEY AS 'S\\'K' SESSION_TOKEN 'T' PARQUET";
    expect(redact(text, tokenize(text))).toBe("COPY t FROM 's3://b/k' ACCESS_KEY_ID '***' SECRET_ACCESS_KEY AS '***' SESSION_TOKEN '***' PARQUET");
  });
});
