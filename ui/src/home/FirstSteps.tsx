import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link } from "react-router";
import type { Connection, FlowSummary, RunSummary } from "../api/client";
import { cardList } from "../api/queries";
import { duration, Name, Sheet, StatusBadge, TimeAgo, titleOf } from "../parts";
import { Check, Cross, Dash, Dot } from "../parts/icons";
import { run as runDetail } from "../runs/queries";
import { home, shell } from "../texts";
import styles from "./FirstSteps.module.css";

const texts = home.begin;
const ICONS: Record<string, typeof Check> = {
  succeeded: Check,
  failed: Cross,
  cancelled: Dash,
  skipped: Dash,
};
const CHIPS = 12;

interface FirstStepsProps {
  connection: Connection | undefined;
  flow: FlowSummary | undefined;
  run: RunSummary | undefined;
}

/** What a newcomer does first, and what there is of it already: an account, a flow, a run. */
export function FirstSteps({ connection, flow, run }: FirstStepsProps) {
  const connected = connection?.status === "verified";
  const next = !connected ? "connect" : !flow ? "make" : !run ? "run" : null;
  return (
    <Sheet title={next ? texts.title : texts.doneTitle} help={next ? texts.text : texts.doneText}>
      <ol className={styles.steps}>
        <Step
          done={connected}
          title={connected ? texts.connect.done : texts.connect.title}
          action={
            connection ? (
              <Action to={connectionOf(connection)} primary={next === "connect"}>
                {connected
                  ? texts.connect.open
                  : connection.status === "draft"
                    ? texts.connect.finish
                    : texts.connect.mend}
              </Action>
            ) : (
              <Action to="/connections?new" primary>
                {texts.connect.action}
              </Action>
            )
          }
        >
          {connection ? <Connected connection={connection} /> : <p>{texts.connect.text}</p>}
        </Step>
        <Step
          done={!!flow}
          title={flow ? texts.make.done : texts.make.title}
          action={
            flow ? (
              <Action to={`/flows/${flow.flow}`} primary={next === "run" || next === null}>
                {next === "run" ? texts.make.run : texts.make.open}
              </Action>
            ) : (
              <Action to="/flows" primary={next === "make"}>
                {texts.make.action}
              </Action>
            )
          }
        >
          {flow ? (
            <>
              <p className={styles.name}>
                <Link to={`/flows/${flow.flow}`}>
                  <Name>{flow.title || flow.flow}</Name>
                </Link>
              </p>
              <p className={styles.clamped} dir="auto" title={titleOf(flow.description ?? "")}>
                {flow.description || texts.make.cards(flow.cards)}
              </p>
            </>
          ) : (
            <p>{texts.make.text}</p>
          )}
        </Step>
        <Step
          done={run?.status === "succeeded"}
          title={run ? texts.run.done : texts.run.title}
          action={
            run ? (
              <Action to={`/runs/${run.id}`}>
                {run.status === "failed" ? texts.run.why : texts.run.open}
              </Action>
            ) : (
              <Action to="/cards">{texts.run.action}</Action>
            )
          }
        >
          {run ? <Ran run={run} /> : <p>{texts.run.text}</p>}
        </Step>
      </ol>
    </Sheet>
  );
}

interface StepProps {
  done: boolean;
  title: string;
  action: ReactNode;
  children: ReactNode;
}

function Step({ done, title, action, children }: StepProps) {
  return (
    <li data-done={done || undefined}>
      <h3>
        {done && <Check size={14} />}
        {title}
      </h3>
      <div className={styles.content}>{children}</div>
      {action}
    </li>
  );
}

interface ActionProps {
  to: string;
  primary?: boolean;
  children: string;
}

function Action({ to, primary = false, children }: ActionProps) {
  return (
    <Button component={Link} to={to} variant={primary ? "filled" : "default"}>
      {children}
    </Button>
  );
}

function Connected({ connection }: { connection: Connection }) {
  const role = connection.role_arn?.split("/").at(-1);
  return (
    <>
      <p className={styles.name}>
        <Link to={connectionOf(connection)}>
          <Name>{connection.nickname}</Name>
        </Link>
        <StatusBadge status={connection.status} />
      </p>
      {role && connection.account_id && (
        <p>
          {texts.connect.role} <code>{role}</code> {texts.connect.account}{" "}
          <code>{connection.account_id}</code>
        </p>
      )}
      {connection.status === "verified" && <p>{texts.connect.proved}</p>}
    </>
  );
}

function Ran({ run }: { run: RunSummary }) {
  const catalog = useQuery(cardList).data;
  const cards = useQuery(runDetail(run.id)).data?.cards ?? [];
  const title = (id: string) => catalog?.find((each) => each.id === id)?.title ?? id;
  return (
    <>
      <p className={styles.name}>
        <StatusBadge status={run.status} />
        <span>
          <TimeAgo time={run.created_at} />
          {run.started_at &&
            run.ended_at &&
            ` · ${duration(between(run.started_at, run.ended_at))}`}
        </span>
      </p>
      <ul className={styles.chips} aria-label={texts.run.cards}>
        {cards.slice(0, CHIPS).map((each) => {
          const Icon = ICONS[each.status] ?? Dot;
          return (
            <li key={each.id} data-status={each.status}>
              <Icon size={11} label={shell.status[each.status] ?? each.status} />
              {title(each.card)}
            </li>
          );
        })}
        {cards.length > CHIPS && <li>{texts.run.more(cards.length - CHIPS)}</li>}
      </ul>
    </>
  );
}

function between(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / 1000;
}

function connectionOf(connection: Connection): string {
  return `/connections/${encodeURIComponent(connection.id)}`;
}
