import { allTypesOf } from '@tidemark/testkit';

/** A table with what MySQL 8 and 9 have besides types. */
export const ODDITIES: readonly string[] = [
  `CREATE TABLE oddities (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    hidden VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_ai_ci DEFAULT 'unseen' INVISIBLE,
    made JSON DEFAULT (JSON_OBJECT('b', 1, 'a', JSON_ARRAY(1.50, NULL))),
    born DATE DEFAULT ('2024-02-29'),
    token BINARY(16) DEFAULT (UUID_TO_BIN('3f06af63-a93c-4e4b-8797-0a50690dc0b4', 1)),
    quantity INT UNSIGNED NOT NULL CHECK (quantity > 0),
    twice BIGINT AS (quantity * 2) VIRTUAL,
    thrice BIGINT AS (quantity * 3) STORED INVISIBLE,
    place POINT SRID 4326,
    shape GEOMETRY,
    zero DATE,
    stamp TIMESTAMP(6) NULL,
    name VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin,
    direction VECTOR(2),
    state ENUM('new','paid') NOT NULL DEFAULT 'new',
    KEY functional ((LOWER(name))),
    KEY backwards (quantity DESC, id),
    KEY hidden_key (born) INVISIBLE
  )`,
  "INSERT INTO oddities (quantity, place, shape, zero, stamp, name, direction) VALUES (7, ST_GeomFromText('POINT(1 2)', 4326), ST_GeomFromText('LINESTRING(0 0, 1 1)'), '0000-00-00', '2038-01-19 03:14:07.999999', 'a', TO_VECTOR('[1,-2]'))",
  "INSERT INTO oddities (hidden, made, born, token, quantity, zero, name, state) VALUES (NULL, NULL, NULL, NULL, 4294967295, '2024-00-10', 'a ', 'paid')",
  "INSERT INTO oddities (hidden, made, quantity) VALUES ('é', '{\"n\": 18446744073709551615, \"d\": 0.1, \"z\": \"\\\\u0000\", \"date\": \"2024-01-01\"}', 1)",
];

/** Tables of a recording, and the statements that make them. */
export function recordedTables(version: string): readonly { readonly name: string; readonly statements: readonly string[] }[] {
  return [{ name: 'all_types', statements: allTypesOf(version).statements('all_types') }, { name: 'oddities', statements: ODDITIES }];
}

/** The policies under which they are read: nothing in them fails then. */
export const RECORDED_POLICIES = { zeroDate: 'to_null', geometry: 'hex_wkb' } as const;
