import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import type { Connection, RunSummary } from "../api/client";
import { connectionList, flowList } from "../api/queries";
import { Loading, Name, Page, ProblemView, Sheet, StatusBadge, TimeAgo } from "../parts";
import { Check } from "../parts/icons";
import { home as texts } from "../texts";
import { FirstSteps } from "./FirstSteps";
import { failuresOf } from "./failures";
import styles from "./HomeView.module.css";
import { latest, SHOWN } from "./queries";
import { RunChart } from "./RunChart";
import { FailureLines, RunLines } from "./RunLines";

/** What failed, what ran, and which connections are no longer what they were. */
export default function HomeView() {
  const runs = useQuery(latest(undefined));
  const connections = useQuery(connectionList);
  const flows = useQuery(flowList);
  const known = runs.data && connections.data && flows.data;
  const [connection, flow] = [connections.data?.[0], flows.data?.[0]];
  const isNew =
    known &&
    connections.data.length <= 1 &&
    flows.data.length <= 1 &&
    runs.data.items.length <= SHOWN &&
    !runs.data.next_cursor;
  const nothing = isNew && !connection && !runs.data.items.length;
  const shown = flow && runs.data?.items.find((run) => run.flow === flow.flow);
  return (
    <Page title={texts.title}>
      {isNew && <FirstSteps connection={connection} flow={flow} run={shown} />}
      {!nothing && (
        <div className={styles.home}>
          <div>
            <Failures />
            <RunChart />
          </div>
          <div>
            <Connections />
            <UnderWay />
            <Lately />
          </div>
        </div>
      )}
    </Page>
  );
}

/** First, if there is any: it is what one came to see. */
function Failures() {
  const { data, error, refetch } = useQuery(latest("failed"));
  const failures = failuresOf(data?.items ?? []);
  if (data && !failures.length) return null;
  return (
    <Sheet
      title={texts.failed.title}
      actions={
        failures.length ? <Link to="/runs?status=failed&kind=flows">{texts.failed.all}</Link> : null
      }
    >
      <Shown error={error} loading={!data} onRetry={refetch}>
        <FailureLines failures={failures.slice(0, SHOWN)} />
        {failures.length > SHOWN && <Fine>{texts.failed.more(failures.length - SHOWN)}</Fine>}
      </Shown>
    </Sheet>
  );
}

function UnderWay() {
  const { data } = useQuery(latest("running"));
  if (!data?.items.length) return null;
  return (
    <Sheet
      title={texts.underWay.title}
      actions={<Link to="/runs?status=running">{texts.underWay.all}</Link>}
    >
      <RunLines runs={data.items} />
    </Sheet>
  );
}

function Lately() {
  const { data, error, refetch } = useQuery(latest(undefined));
  return (
    <Sheet title={texts.latest.title} actions={<Link to="/runs">{texts.latest.all}</Link>}>
      <Shown error={error} loading={!data} onRetry={refetch}>
        {data?.items.length === 0 && <Fine>{texts.latest.none}</Fine>}
        <RunLines runs={data?.items ?? ([] as RunSummary[])} />
      </Shown>
    </Sheet>
  );
}

const DRIFTED = ["unsafe", "denied", "stale"] as const;

function Connections() {
  const said = texts.connections;
  const { data, error, refetch } = useQuery({ ...connectionList, refetchInterval: 30_000 });
  const failures = useQuery(latest("failed")).data;
  const drifted = (data ?? []).filter((each) => isDrifted(each.status));
  const drafts = (data ?? []).filter((each) => each.status === "draft").length;
  const verified = (data?.length ?? 0) - drafts;
  return (
    <Sheet title={said.title} actions={<Link to="/connections">{said.all}</Link>}>
      <Shown error={error} loading={!data} onRetry={refetch}>
        {data?.length === 0 && <Fine>{said.none}</Fine>}
        <ul className={styles.lines}>
          {drifted.map((each) => (
            <Drifted key={each.id} connection={each} />
          ))}
        </ul>
        {data && drifted.length === 0 && verified > 0 && <Fine good>{said.allSafe(verified)}</Fine>}
        {drifted.length > 0 && verified > drifted.length && (
          <Fine good>{said.others(verified - drifted.length)}</Fine>
        )}
        {drafts > 0 && <Fine>{said.drafts(drafts)}</Fine>}
        {failures?.items.length === 0 && <Fine good>{texts.failed.none}</Fine>}
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
        <Link to={`/connections/${encodeURIComponent(connection.id)}`}>
          <Name>{nickname}</Name>
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

interface ShownProps {
  error: unknown;
  loading: boolean;
  onRetry: () => void;
  children: React.ReactNode;
}

function Shown({ error, loading, onRetry, children }: ShownProps) {
  if (error && loading) return <ProblemView error={error} onRetry={onRetry} />;
  return loading ? <Loading lines={3} /> : children;
}

function Fine({ good = false, children }: { good?: boolean; children: React.ReactNode }) {
  return (
    <p className={styles.fine} data-good={good || undefined}>
      {good && <Check size={14} />}
      {children}
    </p>
  );
}
