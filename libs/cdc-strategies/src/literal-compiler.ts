import { DummyDriver, Kysely, MysqlAdapter, MysqlIntrospector, MysqlQueryCompiler } from 'kysely';
import { CdcError } from './errors.ts';
import { SqlLiteral } from './sql-literal.ts';

/** Compiles to complete SQL: values go through the literal encoder, a bare JavaScript value is refused. */
class LiteralCompiler extends MysqlQueryCompiler {
  protected override appendValue(value: unknown): void {
    if (!(value instanceof SqlLiteral)) throw new CdcError('CDC_LITERAL', { message: `A bare ${typeof value} reached the query compiler; only encoded literals may.` });
    this.append(value.sql);
  }
}

/** A Kysely that compiles MySQL queries and never connects. */
export function compileOnlyKysely<Database>(): Kysely<Database> {
  return new Kysely<Database>({
    dialect: {
      createAdapter: () => new MysqlAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new MysqlIntrospector(db),
      createQueryCompiler: () => new LiteralCompiler(),
    },
  });
}
