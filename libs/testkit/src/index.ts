export { ALL_MYSQL_TYPES, ALL_TYPES_ROWS, ALL_TYPES_SESSION, REFUSED_MYSQL_TYPES, type AllTypesRow, type AllTypesTable, allTypesOf, allTypesStatements } from './fixtures/all-mysql-types.ts';
export { HOSTILE_TEXTS } from './fixtures/text-types.ts';
export { type AcceptedValue, type RefusedValue, type RefusingPolicy, type TypeCase, utf8Literal } from './fixtures/type-case.ts';
export { type MysqlForTests, mysqlForTests } from './mysql-for-tests.ts';
export { type S3ForTests, s3ForTests } from './s3-for-tests.ts';
export { type SshForTests, sshForTests } from './ssh-for-tests.ts';
export { type RedshiftForTests, type RedshiftForTestsOptions, redshiftForTests } from './redshift-for-tests.ts';
export { tellFigures } from './tell-figures.ts';
