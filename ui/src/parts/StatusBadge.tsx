import type { ReactNode } from "react";
import { shell } from "../texts";
import { Check, Clock, Cross, Dash, Dot, Ring, Warning } from "./icons";
import styles from "./parts.module.css";

type Tone = "ok" | "warn" | "bad" | "busy" | "quiet";

const LOOKS: Record<string, [Tone, typeof Check]> = {
  draft: ["quiet", Ring],
  verified: ["ok", Check],
  unsafe: ["bad", Warning],
  denied: ["warn", Cross],
  stale: ["warn", Clock],
  queued: ["quiet", Clock],
  waiting: ["quiet", Clock],
  running: ["busy", Dot],
  succeeded: ["ok", Check],
  failed: ["bad", Cross],
  cancelled: ["quiet", Dash],
  skipped: ["quiet", Dash],
};

interface StatusBadgeProps {
  /** A status of a connection, a run or a card of a run. */
  status: string;
  /** Said after the status, inside the badge. */
  children?: ReactNode;
}

/** A status as icon and word: never by colour alone. */
export function StatusBadge({ status, children }: StatusBadgeProps) {
  const [tone, Icon] = LOOKS[status] ?? (["quiet", Dot] as const);
  return (
    <Badge tone={tone} icon={<Icon size={12} />}>
      {shell.status[status] ?? status}
      {children && <> {children}</>}
    </Badge>
  );
}

/** A small rounded label in one of the status tones. */
export function Badge({
  tone = "quiet",
  icon,
  children,
}: {
  tone?: Tone;
  icon?: ReactNode;
  children: ReactNode;
}) {
  return (
    <span className={styles.badge} data-tone={tone}>
      {icon}
      <span>{children}</span>
    </span>
  );
}
