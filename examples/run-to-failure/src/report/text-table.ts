/** Columns padded to their widest cell: the first to the left, the others to the right. */
export function textTable(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => [...row[column]!].length)));
  const pad = (cell: string, column: number): string => {
    const space = ' '.repeat(widths[column]! - [...cell].length);
    return column < 2 ? cell + space : space + cell;
  };
  return rows.map((row) => `  ${row.map(pad).join('   ').trimEnd()}`).join('\n');
}
