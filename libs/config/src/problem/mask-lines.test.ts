import { describe, expect, test } from 'vitest';
import { maskLines, maskUserInfo } from './mask-lines.ts';

describe('lines in messages', () => {
  test.each([
    ['password: hunter2', ['password: [secret]']],
    ['pasword: hunter2', ['pasword: [secret]']],
    ['passwrd : "hunter2', ['passwrd : [secret]']],
    ['dw: { host: h, password: hunter2, port: 1 }', ['dw: { host: h, password: [secret]']],
    ['DB_PASSWORD=hunter2', ['DB_PASSWORD=[secret]']],
    ['  password: |\n    hunter2\n    hunter3\n  host: h', ['  password: [secret]', '    [secret]', '    [secret]', '  host: h']],
    ['  password:\n    hunter2\n  host: h', ['  password:', '    [secret]', '  host: h']],
    ['  passphrase: "hunter2\n     hunter3"\n  host: h', ['  passphrase: [secret]', '     [secret]', '  host: h']],
    ['password: "${DB_PASSWORD}"', ['password: "${DB_PASSWORD}"']],
    ['password: file:secrets/db', ['password: file:secrets/db']],
    ['{ password: "${DB_PASSWORD}", token: hunter2 }', ['{ password: "${DB_PASSWORD}", token: [secret]']],
    ['endpoint: https://me:hunter2@s3.example.com', ['endpoint: https://[secret]@s3.example.com']],
    ['tables:\n  sales.access_tokens:\n    lag: 5s\n    hunter2', ['tables:', '  sales.access_tokens:', '    lag: 5s', '    [secret]']],
    ['host: mysql.example.com', ['host: mysql.example.com']],
  ])('%j', (text, expected) => {
    expect(maskLines(text)).toEqual(expected);
  });

  test('addresses lose their user part', () => {
    expect(maskUserInfo('mysql://me:pw@host/db')).toBe('mysql://[secret]@host/db');
  });
});
