import { useEffect, useState } from "react";
import { shell } from "../texts";

const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 31_557_600],
  ["month", 2_629_800],
  ["week", 604_800],
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
];
const words = new Intl.RelativeTimeFormat("en", { numeric: "auto", style: "short" });
const exact = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "medium" });

/** How long before `now` something was: "3 hr. ago", "just now". */
export function ago(time: string | Date, now: number = Date.now()): string {
  const seconds = (new Date(time).getTime() - now) / 1000;
  for (const [unit, size] of UNITS) {
    if (Math.abs(seconds) >= size) return words.format(Math.trunc(seconds / size), unit);
  }
  return "just now";
}

/** A time in full, in this browser's time zone. */
export function exactly(time: string | Date): string {
  return exact.format(new Date(time));
}

/** How long ago `time` was, kept current; its full date on hover. "never" without a time. */
export function TimeAgo({
  time,
  otherwise = shell.never,
}: {
  time?: string | null;
  otherwise?: string;
}) {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 30_000);
    return () => clearInterval(timer);
  }, []);
  if (!time) return <>{otherwise}</>;
  return (
    <time dateTime={time} title={exactly(time)}>
      {ago(time, Math.max(now, new Date(time).getTime()))}
    </time>
  );
}

/** Seconds as a person says them: "0.14 s", "3 min 41 s". */
export function duration(seconds: number): string {
  if (seconds < 0.001) return "under 1 ms";
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 60) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
