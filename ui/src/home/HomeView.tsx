import { Button } from "@mantine/core";
import { queryOptions, useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { answer, api, type Connection } from "../api/client";
import { connectionList, keys } from "../api/queries";
import { Loading, Page, ProblemView, Sheet, StatusBadge, TimeAgo } from "../parts";
import { Check } from "../parts/icons";
import { home as texts } from "../texts";
import styles from "./HomeView.module.css";
import { RunChart } from "./RunChart";
import { RunLines } from "./RunLines";

const SHOWN = 6;
const MONTH = 30 * 86_400_000;
const LIVE = 5_000;

type Status = "failed" | "running" | undefined;

function latest(status: Status) {
  return queryOptions({
    queryKey: [...keys.runs, "latest", status ?? "any"],
    queryFn: ({ signal }) => {
      const hour = Math.floor(Date.now() / 3_600_000) * 3_600_000;
      const since = status === "failed" ? new Date(hour - MONTH).toISOString() : undefined;
      const query = { status, since, limit: SHOWN };
      return answer(api.GET("/api/v1/runs", { params: { query }, signal }));
    },
    refetchInterval: LIVE,
  });
}

/** What ran, what failed, and which connections are no longer what they were. */
export default function HomeView() {
  const any = useQuery(latest(undefined));
  const connections = useQuery(connectionList);
  const nothing = any.data?.items.length === 0 && connections.data?.length === 0;
  return (
    <Page title={texts.title}>
      {nothing ? (
        <FirstSteps />
      ) : (
        <div className={styles.home}>
          <div>
            <RunChart />
            <Lately />
          </div>
          <div>
            <Connections />
            <UnderWay />
            <Failures />
          </div>
        </div>
      )}
    </Page>
  );
}

function FirstSteps() {
  const { begin } = texts;
  return (
    <Sheet title={begin.title} help={begin.text}>
      <ol className={styles.steps}>
        {begin.steps.map((step, number) => (
          <li key={step.title}>
            <h3>{step.title}</h3>
            <p>{step.text}</p>
            <Button component={Link} to={step.to} variant={number === 0 ? "filled" : "default"}>
              {step.action}
            </Button>
          </li>
        ))}
      </ol>
    </Sheet>
  );
}

function Lately() {
  const { data, error, refetch } = useQuery(latest(undefined));
  return (
    <Sheet title={texts.latest.title} actions={<Link to="/runs">{texts.latest.all}</Link>}>
      <Shown error={error} loading={!data} onRetry={refetch}>
        {data && <RunLines runs={data.items} />}
      </Shown>
    </Sheet>
  );
}

function UnderWay() {
  const { data, error, refetch } = useQuery(latest("running"));
  return (
    <Sheet title={texts.underWay.title}>
      <Shown error={error} loading={!data} onRetry={refetch}>
        {data?.items.length === 0 && <Fine>{texts.underWay.none}</Fine>}
        {data && <RunLines runs={data.items} />}
      </Shown>
    </Sheet>
  );
}

function Failures() {
  const { data, error, refetch } = useQuery(latest("failed"));
  return (
    <Sheet
      title={texts.failed.title}
      actions={data?.items.length ? <Link to="/runs?status=failed">{texts.failed.all}</Link> : null}
    >
      <Shown error={error} loading={!data} onRetry={refetch}>
        {data?.items.length === 0 && <Fine good>{texts.failed.none}</Fine>}
        {data && <RunLines runs={data.items} reasons />}
      </Shown>
    </Sheet>
  );
}

const DRIFTED = ["unsafe", "denied", "stale"] as const;

function Connections() {
  const said = texts.connections;
  const { data, error, refetch } = useQuery({ ...connectionList, refetchInterval: 30_000 });
  const drifted = (data ?? []).filter((each) => isDrifted(each.status));
  const drafts = (data ?? []).filter((each) => each.status === "draft").length;
  const verified = (data?.length ?? 0) - drafts;
  return (
    <Sheet title={said.title} actions={<Link to="/connections">{said.all}</Link>}>
      <Shown error={error} loading={!data} onRetry={refetch}>
        {data?.length === 0 && <Fine>{said.none}</Fine>}
        {data && drifted.length === 0 && verified > 0 && <Fine good>{said.allSafe(verified)}</Fine>}
        <ul className={styles.lines}>
          {drifted.map((each) => (
            <Drifted key={each.id} connection={each} />
          ))}
        </ul>
        {drafts > 0 && <Fine>{said.drafts(drafts)}</Fine>}
      </Shown>
    </Sheet>
  );
}

function Drifted({ connection }: { connection: Connection }) {
  const said = texts.connections;
  const { status, probe, nickname } = connection;
  const failed = probe?.steps?.find((step) => step.outcome === "failed");
  return (
    <li>
      <div>
        <Link to={`/connections/${encodeURIComponent(connection.id)}`} dir="auto">
          {nickname}
        </Link>
        <StatusBadge status={status} />
        <span className={styles.when}>
          {said.since} <TimeAgo time={probe?.at} />
        </span>
      </div>
      <p>{failed?.message ?? (isDrifted(status) ? said[status] : null)}</p>
    </li>
  );
}

function isDrifted(status: string): status is (typeof DRIFTED)[number] {
  return (DRIFTED as readonly string[]).includes(status);
}

function Shown({
  error,
  loading,
  onRetry,
  children,
}: {
  error: unknown;
  loading: boolean;
  onRetry: () => void;
  children: ReactNode;
}) {
  if (error && loading) return <ProblemView error={error} onRetry={onRetry} />;
  return loading ? <Loading lines={3} /> : children;
}

function Fine({ good = false, children }: { good?: boolean; children: ReactNode }) {
  return (
    <p className={styles.fine} data-good={good || undefined}>
      {good && <Check size={14} />}
      {children}
    </p>
  );
}
