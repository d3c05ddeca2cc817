import { Button } from "@mantine/core";
import { problemOf } from "../api/problem";
import { shell } from "../texts";
import { Warning } from "./icons";
import { Prose } from "./Prose";
import styles from "./parts.module.css";

interface ProblemViewProps {
  error: unknown;
  onRetry?: () => void;
  /** Fields that show their own problem: what belongs to them is not repeated here. */
  besides?: readonly string[];
}

/** An error as the API's problem document says it: what happened, where, what to do. */
export function ProblemView({ error, onRetry, besides = [] }: ProblemViewProps) {
  const problem = problemOf(error);
  const findings = (problem.problems ?? []).filter(
    (each) => !besides.includes(each.where?.field ?? each.pointer.slice(1)),
  );
  if (problem.where?.field && besides.includes(problem.where.field)) return null;
  if (problem.problems?.length && !findings.length && besides.length) return null;
  const place = [problem.where?.flow, problem.where?.card, problem.where?.field].filter(Boolean);
  return (
    <div className={styles.problem} role="alert">
      <Warning />
      <div>
        <p className={styles.problemMessage}>
          <Prose text={problem.detail} />
        </p>
        {place.length > 0 && <p className={styles.muted}>{place.join(" › ")}</p>}
        {/* How programs sign in; here one is asked to. */}
        {problem.hint && problem.code !== "sign_in_required" && (
          <p>
            <Prose text={problem.hint} />
          </p>
        )}
        {findings.length > 0 && (
          <ul>
            {findings.map((each) => (
              <li key={`${each.pointer} ${each.code} ${each.message}`}>
                <Prose text={each.message} /> {each.hint && <Prose text={each.hint} />}
              </li>
            ))}
          </ul>
        )}
        {problem.aws?.request_id && (
          <p className={styles.muted}>
            {problem.aws.code} <code>{shell.requestId(problem.aws.request_id)}</code>
          </p>
        )}
        {onRetry && (
          <Button variant="default" size="compact-sm" onClick={onRetry}>
            {shell.tryAgain}
          </Button>
        )}
      </div>
    </div>
  );
}
