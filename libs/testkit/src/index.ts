export { type MysqlForTests, mysqlForTests } from './mysql-for-tests.ts';
