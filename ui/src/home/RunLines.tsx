import { Link } from "react-router";
import type { RunSummary } from "../api/client";
import { beginningOf, Name, Prose, StatusBadge, TimeAgo, titleOf } from "../parts";
import { home as texts } from "../texts";
import type { Failure } from "./failures";
import styles from "./HomeView.module.css";

/** Runs as lines, the newest first. */
export function RunLines({ runs }: { runs: readonly RunSummary[] }) {
  return (
    <ul className={styles.lines}>
      {runs.map((run) => (
        <li key={run.id}>
          <Line run={run} badge={<StatusBadge status={run.status} />} />
        </li>
      ))}
    </ul>
  );
}

/** The flows that failed: why the last time, and how often before. */
export function FailureLines({ failures }: { failures: readonly Failure[] }) {
  return (
    <ul className={styles.lines}>
      {failures.map(({ newest, count }) => (
        <li key={newest.id}>
          <Line
            run={newest}
            badge={
              count > 1 && (
                <Link
                  to={`/runs?flow=${encodeURIComponent(newest.flow)}&status=failed&kind=flows`}
                  className={styles.times}
                >
                  {texts.failed.times(count)}
                </Link>
              )
            }
          />
          {typeof newest.error?.message === "string" && (
            <p title={titleOf(newest.error.message)}>
              <Prose text={beginningOf(newest.error.message, 300)} />
            </p>
          )}
        </li>
      ))}
    </ul>
  );
}

function Line({ run, badge }: { run: RunSummary; badge: React.ReactNode }) {
  return (
    <div>
      <Link to={`/runs/${run.id}`}>
        <Name>{run.title || run.flow}</Name>
      </Link>
      {badge}
      <span className={styles.when}>
        <TimeAgo time={run.created_at} />
      </span>
    </div>
  );
}
