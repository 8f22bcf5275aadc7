import { expect, test } from 'vitest';
import { readGrants } from './mysql-grants.ts';

const USAGE = "GRANT USAGE ON *.* TO `reader`@`%` IDENTIFIED BY PASSWORD '*5E'";

test.each([
  ['everything', ['GRANT ALL PRIVILEGES ON *.* TO `root`@`%` WITH GRANT OPTION'], { select: true, process: true, replicationClient: true, writing: ['INSERT', 'UPDATE', 'DELETE', 'CREATE', 'DROP', 'ALTER'] }],
  ['reading the database', [USAGE, 'GRANT SELECT, SHOW VIEW ON `sales`.* TO `reader`@`%`'], { select: true, process: false, replicationClient: false, writing: [] }],
  ['reading all, and monitoring', ['GRANT SELECT, PROCESS, BINLOG MONITOR, SLAVE MONITOR ON *.* TO `reader`@`%`'], { select: true, process: true, replicationClient: true, writing: [] }],
  ['another database', [USAGE, 'GRANT SELECT ON `crm`.* TO `reader`@`%`'], { select: null }],
  ['nothing', [USAGE], { select: false, process: false }],
  ['single tables', [USAGE, 'GRANT SELECT ON `sales`.`orders` TO `reader`@`%`'], { select: null }],
  ['a pattern', [USAGE, 'GRANT SELECT, INSERT ON `sal%`.* TO `reader`@`%`'], { select: true, writing: ['INSERT'] }],
  ['an escaped sign is no pattern', [USAGE, 'GRANT SELECT ON `s\\_les`.* TO `reader`@`%`'], { select: null }],
  ['a role', [USAGE, 'GRANT `analyst`@`%` TO `reader`@`%`'], { select: null }],
  ['writing elsewhere only', ['GRANT SELECT ON *.* TO `reader`@`%`', 'GRANT INSERT, DELETE ON `scratch`.* TO `reader`@`%`'], { select: true, writing: [] }],
] as const)('%s', (_name, lines, rights) => {
  expect(readGrants(lines, 'sales')).toMatchObject(rights);
});
