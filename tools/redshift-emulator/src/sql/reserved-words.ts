/**
 * Words that must be quoted to serve as identifiers: the union of the list of 2023 and that of 2026.
 * https://docs.aws.amazon.com/redshift/latest/dg/r_pg_keywords.html
 */
export const RESERVED_WORDS: ReadonlySet<string> = new Set(
  `aes128 aes256 all allowoverwrite analyse analyze and any array as asc authorization az64 backup between
binary blanksasnull both bytedict bzip2 case cast check collate column connect constraint create credentials cross
current_date current_time current_timestamp current_user current_user_id default deferrable deflate defrag
delta delta32k desc disable distinct do else emptyasnull enable encode encrypt encryption end except explicit
false for foreign freeze from full globaldict256 globaldict64k grant group gzip having identity ignore ilike
in initially inner intersect interval into is isnull join language leading left like limit localtime localtimestamp lun
luns lzo lzop minus mostly16 mostly32 mostly8 natural new not notnull null nulls off offline offset oid old on
only open or order outer overlaps parallel partition percent permissions pivot placing primary raw readratio
recover references rejectlog resort respect restore right select session_user similar snapshot some start sysdate
system table tag tdes text255 text32k then timestamp to top trailing true truncatecolumns union unique unnest
unpivot user using verbose wallet when where with without`.split(/\s+/),
);

/** Reserved words that have no place of their own in a query: PostgreSQL would take them for names. */
export const RESERVED_BUT_FREE_IN_POSTGRES: ReadonlySet<string> = new Set(
  `aes128 aes256 allowoverwrite az64 blanksasnull bytedict bzip2 credentials deflate defrag delta32k disable emptyasnull
encrypt encryption globaldict256 globaldict64k gzip lun luns lzo lzop mostly16 mostly32 mostly8 new offline old
open percent permissions raw readratio recover rejectlog resort restore snapshot tag tdes text255 text32k truncatecolumns wallet`.split(/\s+/),
);

/** Names of PostgreSQL's system columns: no column may bear them. */
export const SYSTEM_COLUMNS: ReadonlySet<string> = new Set(['oid', 'tableoid', 'xmin', 'cmin', 'xmax', 'cmax', 'ctid']);
