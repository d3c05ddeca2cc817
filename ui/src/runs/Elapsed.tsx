import { useEffect, useState } from "react";
import { duration } from "../parts";

interface ElapsedProps {
  from?: string | null;
  to?: string | null;
}

/** How long something took, or has taken so far: then it counts. Empty before it began. */
export function Elapsed({ from, to }: ElapsedProps) {
  const counting = !!from && !to;
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (!counting) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [counting]);
  if (!from) return null;
  const end = to ? Date.parse(to) : now;
  const seconds = Math.max(0, (end - Date.parse(from)) / 1000);
  // Counting, it goes by whole seconds from the first one on.
  return <>{to || seconds >= 60 ? duration(seconds) : `${Math.floor(seconds)} s`}</>;
}
