import { Link } from "react-router";
import type { RunSummary } from "../api/client";
import { Prose, StatusBadge, TimeAgo } from "../parts";
import styles from "./HomeView.module.css";

/** Runs as lines, the newest first; of failed ones also why. */
export function RunLines({ runs, reasons = false }: { runs: RunSummary[]; reasons?: boolean }) {
  return (
    <ul className={styles.lines}>
      {runs.map((run) => (
        <li key={run.id}>
          <div>
            <Link to={`/runs/${run.id}`} dir="auto">
              {short(run.title || run.flow)}
            </Link>
            {!reasons && <StatusBadge status={run.status} />}
            <span className={styles.when}>
              <TimeAgo time={run.created_at} />
            </span>
          </div>
          {reasons && typeof run.error?.message === "string" && (
            <p>
              <Prose text={short(run.error.message)} />
            </p>
          )}
        </li>
      ))}
    </ul>
  );
}

function short(text: string): string {
  return text.length > 300 ? `${text.slice(0, 299)}…` : text;
}
