import type { Statement } from './statement.ts';

/**
 * Where Redshift keeps the full text of a failed COPY, best first; a cluster or workgroup has some of them. The client's own error
 * is cut off. Every statement gives `file_name`, `line_number`, `column_name` and `message`.
 * https://docs.aws.amazon.com/redshift/latest/dg/SYS_LOAD_ERROR_DETAIL.html
 * https://docs.aws.amazon.com/redshift/latest/dg/c-spectrum-troubleshooting.html
 *
 * @param sinceUtc earliest time, `YYYY-MM-DD hh:mm:ss`: a pid comes back within the days that the views reach back
 */
export function loadErrorQueries(backendPid: number, sinceUtc: string): readonly Statement[] {
  const values = [backendPid, sinceUtc];
  return [
    { text: 'SELECT file_name, line_number, column_name, error_message AS message FROM sys_load_error_detail WHERE session_id = $1::INTEGER AND start_time >= $2::TIMESTAMP ORDER BY start_time DESC LIMIT 3', values },
    { text: 'SELECT NULL::VARCHAR(1) AS file_name, NULL::BIGINT AS line_number, NULL::VARCHAR(1) AS column_name, message FROM svl_s3log WHERE pid = $1::INTEGER AND eventtime >= $2::TIMESTAMP ORDER BY eventtime DESC LIMIT 3', values },
    { text: 'SELECT filename AS file_name, line_number, colname AS column_name, err_reason AS message FROM stl_load_errors WHERE session = $1::INTEGER AND starttime >= $2::TIMESTAMP ORDER BY starttime DESC LIMIT 3', values },
    { text: 'SELECT NULL::VARCHAR(1) AS file_name, NULL::BIGINT AS line_number, NULL::VARCHAR(1) AS column_name, error_message AS message FROM sys_query_history WHERE session_id = $1::INTEGER AND start_time >= $2::TIMESTAMP AND error_message IS NOT NULL AND error_message <> \'\' ORDER BY start_time DESC LIMIT 3', values },
  ];
}
