/** What `GET /runs/activity` says of one step. */
export interface Activity {
  start: string;
  succeeded?: number;
  failed?: number;
  cancelled?: number;
  unended?: number;
}

export interface Bar {
  start: Date;
  succeeded: number;
  failed: number;
  cancelled: number;
  unended: number;
  total: number;
}

export type Span = "day" | "fortnight" | "quarter";

const HOUR = 3600;
const DAY = 24 * HOUR;

export const SPANS: Record<Span, { step: number; bars: number }> = {
  day: { step: HOUR, bars: 24 },
  fortnight: { step: DAY, bars: 14 },
  quarter: { step: 3 * DAY, bars: 30 },
};

/** Where a span's first bar begins: its last one holds `now`, and days begin at midnight here. */
export function beginningOfSpan(span: Span, now: Date): Date {
  const { step, bars } = SPANS[span];
  const begin = new Date(now);
  if (step === HOUR) {
    begin.setMinutes(0, 0, 0);
    begin.setHours(begin.getHours() - bars + 1);
  } else {
    begin.setHours(0, 0, 0, 0);
    begin.setDate(begin.getDate() - (bars * step) / DAY + 1);
  }
  return begin;
}

/** One bar for each step, also for those in which nothing ran. */
export function barsOf(found: readonly Activity[], begin: Date, span: Span): Bar[] {
  const { step, bars } = SPANS[span];
  const counted = new Map<number, Activity>();
  for (const each of found) {
    counted.set(Math.round((Date.parse(each.start) - begin.getTime()) / (step * 1000)), each);
  }
  return Array.from({ length: bars }, (_, number) => {
    const { succeeded = 0, failed = 0, cancelled = 0, unended = 0 } = counted.get(number) ?? {};
    return {
      start: new Date(begin.getTime() + number * step * 1000),
      succeeded,
      failed,
      cancelled,
      unended,
      total: succeeded + failed + cancelled + unended,
    };
  });
}

/** A time on the last day of those that a bar stands for. */
export function lastDay(bar: Bar, span: Span): Date {
  const last = new Date(bar.start);
  last.setDate(last.getDate() + Math.max(1, SPANS[span].step / DAY) - 1);
  return last;
}

/** A round number that is not smaller, for the top of the chart. */
export function roundUp(most: number): number {
  if (most <= 4) return 4;
  const power = 10 ** Math.floor(Math.log10(most));
  for (const factor of [1, 2, 3, 4, 5, 6, 8, 10]) {
    if (most <= factor * power) return factor * power;
  }
  return 10 * power;
}
