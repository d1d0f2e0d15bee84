// The report of a bulk update: who was not changed as asked, and why.
/** Who was not changed as asked: one line of the report. */
export interface ReportLine {
  outcome: string;
  profile: string;
  code: string;
  place: string;
  reason: string;
}

export function reportLines(rows: string[][]): ReportLine[] {
  return rows.slice(1).map((row) => ({
    outcome: row[0] ?? '',
    profile: row[1] ?? '',
    code: row[2] ?? '',
    place: row[3] ?? '',
    reason: row[4] ?? '',
  }));
}

/** How many lines there are of each reason, the most first. */
export function byReason(lines: readonly ReportLine[]): [string, number][] {
  const sums = new Map<string, number>();
  for (const line of lines) sums.set(line.code, (sums.get(line.code) ?? 0) + 1);
  return [...sums].sort((a, b) => b[1] - a[1]);
}
