/** What merging needs of a row: ids sort by the time they were made. */
interface Row {
  id: string;
}

/**
 * One list of pages that were loaded once and a head that is asked for again and again, newest
 * first: what is in the head is taken from there, since it is fresher.
 */
export function merged<T extends Row>(head: readonly T[], pages: readonly (readonly T[])[]): T[] {
  const fresh = new Set(head.map((row) => row.id));
  const seen = new Set<string>();
  const older: T[] = [];
  for (const row of pages.flat()) {
    if (!fresh.has(row.id) && !seen.has(row.id)) {
      seen.add(row.id);
      older.push(row);
    }
  }
  return [...head, ...older].sort((a, b) => (a.id < b.id ? 1 : a.id > b.id ? -1 : 0));
}

/**
 * Whether runs may be missing between the head and the first page: more were started since the
 * page was loaded than the head holds.
 */
export function apart<T extends Row>(
  head: readonly T[],
  firstPage: readonly T[],
  limit: number,
): boolean {
  const newest = firstPage[0];
  const oldest = head.at(-1);
  return head.length >= limit && !!newest && !!oldest && oldest.id > newest.id;
}
