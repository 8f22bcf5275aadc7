/** The form of a scoped table name in stored keys: lower case, with `:`, `.` and `-` as `_`. Two names may share one form. */
export function fileForm(scopedName: string): string {
  return scopedName.toLowerCase().replace(/[:.-]/g, '_');
}
