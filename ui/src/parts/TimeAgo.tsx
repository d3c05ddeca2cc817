import { useEffect, useState } from "react";
import { shell } from "../texts";
import { ago, exactly } from "./time";

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
