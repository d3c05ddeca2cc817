import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { Schema } from "../api/client";
import { Badge, Loading, ProblemView, Prose, Sheet, TimeAgo } from "../parts";
import { Check, Cross, Warning } from "../parts/icons";
import { settings } from "../texts";
import styles from "./Health.module.css";
import { healthDetails } from "./queries";

type Finding = Schema<"Finding">;
type State = Finding["state"];

const texts = settings.health;
const LOOKS = {
  ok: ["ok", Check],
  warn: ["warn", Warning],
  bad: ["bad", Cross],
} as const;

/** How the server is: each thing that can go wrong, and what to do about it. */
export function Health() {
  const { data, error, refetch, isFetching } = useQuery(healthDetails);
  return (
    <Sheet
      title={texts.title}
      help={
        data && (
          <>
            {texts.looked} <TimeAgo time={data.at} />.
          </>
        )
      }
      actions={
        <Button
          variant="default"
          size="compact-sm"
          // Not disabled meanwhile: it would lose the focus of whoever pressed it.
          aria-disabled={isFetching}
          onClick={() => !isFetching && void refetch()}
        >
          {isFetching ? texts.looking : texts.refresh}
        </Button>
      }
    >
      {error && <ProblemView error={error} onRetry={refetch} />}
      {!data && !error && <Loading lines={6} />}
      {data && (
        <>
          <p className={styles.summary} data-state={data.state} role="status">
            {summary(data.findings)}
          </p>
          <ul className={styles.findings} aria-label={texts.list}>
            {[...data.findings].sort(byState).map((finding) => (
              <Line key={finding.name} finding={finding} />
            ))}
          </ul>
        </>
      )}
    </Sheet>
  );
}

function Line({ finding }: { finding: Finding }) {
  const [tone, Icon] = LOOKS[finding.state];
  return (
    <li data-state={finding.state}>
      <Badge tone={tone} icon={<Icon size={12} />}>
        {texts.states[finding.state]}
      </Badge>
      <b>{finding.title}</b>
      <div className={styles.said}>
        <p>
          <Prose text={finding.says} />
        </p>
        {finding.hint && (
          <p className={styles.hint}>
            <Prose text={finding.hint} />
          </p>
        )}
      </div>
    </li>
  );
}

const WORST: readonly State[] = ["bad", "warn", "ok"];

/** What is wrong comes first; otherwise as the server looked. */
function byState(one: Finding, other: Finding): number {
  return WORST.indexOf(one.state) - WORST.indexOf(other.state);
}

function summary(findings: readonly Finding[]): string {
  const count = (state: State) => findings.filter((each) => each.state === state).length;
  const [bad, warn] = [count("bad"), count("warn")];
  return bad || warn ? texts.summary(bad, warn) : texts.allFine;
}
