import { Button, Switch, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, lazy, Suspense, useEffect, useRef, useState } from "react";
import { Link, useNavigate, useParams, useSearchParams } from "react-router";
import type { Connection } from "../api/client";
import { connection as connectionQuery } from "../api/queries";
import {
  CopyButton,
  Facts,
  Loading,
  Page,
  ProblemView,
  Sheet,
  StatusBadge,
  TimeAgo,
} from "../parts";
import { ArrowLeft } from "../parts/icons";
import { connections as texts } from "../texts";
import { useChange } from "./actions";
import { ConnectionMenu, statusTime } from "./ConnectionMenu";
import { CopyField } from "./CopyField";
import styles from "./connections.module.css";
import { ConnectionDialog, type Dialog } from "./dialogs";
import { ProbeSteps } from "./ProbeSteps";
import { type Form, policyOfConnection, trustedAccount, trustPolicy, usage } from "./queries";
import { FormTabs, PolicyText, RoleSetup } from "./RoleSetup";
import { useProbe } from "./useProbe";

const Capabilities = lazy(() => import("./Capabilities"));

/** One connection: what was proved about its role, who uses it, what its role has to allow. */
export default function ConnectionView() {
  const { reference = "" } = useParams();
  const { data, error, refetch } = useQuery(connectionQuery(reference));
  const back = (
    <Link to="/connections" className={styles.inline}>
      <ArrowLeft size={13} /> {texts.actions.back}
    </Link>
  );
  if (data) return <Shown connection={data} back={back} />;
  return (
    <Page title={texts.title} above={back}>
      {error ? <ProblemView error={error} onRetry={refetch} /> : <Loading lines={8} />}
    </Page>
  );
}

function Shown({ connection, back }: { connection: Connection; back: React.ReactNode }) {
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const navigate = useNavigate();
  const { probe, run, reset } = useProbe();
  const role = connection.role_arn ?? connection.probe?.role_arn ?? null;
  const verify = (arn?: string) => run(connection.id, "verify", arn ? { role_arn: arn } : {});
  useVerifyOnArrival(role !== null, verify);

  const steps = probe.running || probe.steps.length ? probe.steps : (connection.probe?.steps ?? []);
  return (
    <Page
      title={connection.nickname}
      above={back}
      beside={
        <StatusBadge status={connection.status}>
          {connection.status !== "draft" && <TimeAgo time={statusTime(connection)} otherwise="" />}
        </StatusBadge>
      }
      actions={
        <>
          {role && (
            <Button loading={probe.running} onClick={() => verify()}>
              {texts.actions.verify}
            </Button>
          )}
          <ConnectionMenu connection={connection} onDialog={setDialog} size={36} />
        </>
      }
    >
      <div className={styles.columns}>
        <div>
          {(steps.length > 0 || probe.running || probe.error) && (
            <Sheet
              title={texts.view.proof}
              actions={
                !probe.running && (
                  <span className={styles.muted}>
                    <TimeAgo time={connection.probe?.at} />
                  </span>
                )
              }
            >
              {probe.error && <ProblemView error={probe.error} besides={["role_arn"]} />}
              {(steps.length > 0 || probe.running) && (
                <ProbeSteps steps={steps} running={probe.running} />
              )}
            </Sheet>
          )}
          {connection.status === "verified" ? (
            <>
              <Suspense fallback={<Loading lines={3} />}>
                <Capabilities key={connection.role_arn} connection={connection} />
              </Suspense>
              <Sheet title={texts.view.trustHeading}>
                <RoleSetup id={connection.id} choose={false} />
              </Sheet>
            </>
          ) : (
            <Sheet title={texts.view.setUp}>
              <Ids connection={connection} />
              <RoleSetup id={connection.id} />
              <RoleForm
                known={role}
                problem={probe.error?.at("role_arn")}
                running={probe.running}
                onSubmit={verify}
                onChange={reset}
              />
            </Sheet>
          )}
        </div>
        <div>
          <About connection={connection} onDescribe={() => setDialog("describe")} />
          <Usage connection={connection} />
        </div>
      </div>
      <ConnectionDialog
        dialog={dialog}
        connection={connection}
        onClose={() => setDialog(null)}
        onDeleted={() => navigate("/connections")}
      />
    </Page>
  );
}

/** `?verify` verifies at once, and only once: it leaves the address. */
function useVerifyOnArrival(possible: boolean, verify: () => void) {
  const [params, setParams] = useSearchParams();
  const asked = useRef(false);
  useEffect(() => {
    if (!params.has("verify") || asked.current) return;
    asked.current = true;
    setParams({}, { replace: true });
    if (possible) verify();
  });
}

function About({ connection, onDescribe }: { connection: Connection; onDescribe: () => void }) {
  const change = useChange(connection.id);
  const view = texts.view;
  return (
    <Sheet title={view.about}>
      <Facts
        facts={[
          [
            view.role,
            connection.role_arn ? (
              <span className={styles.inline} key="role">
                <code>{connection.role_arn}</code>
                <CopyButton value={connection.role_arn} what={view.role} />
              </span>
            ) : (
              texts.noRole
            ),
          ],
          [view.account, <code key="account">{connection.account_id ?? "–"}</code>],
          [
            view.externalId,
            <span className={styles.inline} key="id">
              <code>{connection.external_id}</code>
              <CopyButton value={connection.external_id} what={view.externalId} />
            </span>,
          ],
          [
            view.description,
            <span className={styles.inline} key="description">
              <span dir="auto">{connection.description || view.noDescription}</span>
              <Button variant="default" size="compact-xs" onClick={onDescribe}>
                {texts.actions.describe}
              </Button>
            </span>,
          ],
          [view.region, connection.region ?? view.anyRegion],
          [view.verified, <TimeAgo key="verified" time={connection.verified_at} />],
          [view.lastUsed, <TimeAgo key="used" time={connection.last_used_at} />],
          [view.created, <TimeAgo key="created" time={connection.created_at} />],
        ]}
      />
      <Switch
        mt="sm"
        label={view.narrowing}
        description={view.narrowingHelp}
        checked={connection.narrowing ?? true}
        disabled={change.isPending}
        onChange={(event) => change.mutate({ narrowing: event.currentTarget.checked })}
      />
      {change.error && <ProblemView error={change.error} />}
    </Sheet>
  );
}

function Usage({ connection }: { connection: Connection }) {
  const { data, error, refetch } = useQuery(usage(connection.id));
  const used = (data?.flows.length ?? 0) > 0;
  return (
    <>
      <Sheet title={texts.view.usage}>
        {error && <ProblemView error={error} onRetry={refetch} />}
        {!data && !error && <Loading lines={2} />}
        {data && !used && <p className={styles.muted}>{texts.view.noUsage}</p>}
        {used && (
          <ul className={styles.flows}>
            {data?.flows.map((flow) => (
              <li key={flow} dir="auto">
                <Link to={`/flows/${encodeURIComponent(flow)}`}>{flow}</Link>
              </li>
            ))}
          </ul>
        )}
      </Sheet>
      <Sheet
        title={texts.view.policies}
        help={used ? texts.view.policiesHelp : texts.view.noPolicies}
      >
        {used && <FormTabs>{(form) => <Policies id={connection.id} form={form} />}</FormTabs>}
      </Sheet>
    </>
  );
}

/** What the role has to trust, to be copied one by one. */
function Ids({ connection }: { connection: Connection }) {
  const { data } = useQuery(trustPolicy(connection.id, "json", { flows: [], cards: [] }));
  return (
    <div className={`${styles.pair} ${styles.ids}`}>
      <CopyField
        label={texts.create.accountId}
        help={texts.create.accountIdHelp}
        value={(data && trustedAccount(data)) ?? null}
        otherwise=""
      />
      <CopyField
        label={texts.create.externalId}
        help={texts.create.externalIdHelp}
        value={connection.external_id}
        otherwise=""
      />
    </div>
  );
}

function Policies({ id, form }: { id: string; form: Form }) {
  const { data, error, refetch } = useQuery(policyOfConnection(id, form));
  if (error) return <ProblemView error={error} onRetry={refetch} />;
  if (!data) return <Loading lines={5} />;
  return <PolicyText text={data.text} notices={data.notices} form={form} />;
}

interface RoleFormProps {
  known: string | null;
  problem: string | undefined;
  running: boolean;
  onSubmit: (arn: string) => void;
  onChange: () => void;
}

/** For a draft: the ARN, once the role is there. */
function RoleForm({ known, problem, running, onSubmit, onChange }: RoleFormProps) {
  const [arn, setArn] = useState(known ?? "");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (arn.trim() && !running) onSubmit(arn.trim());
  };
  return (
    <form onSubmit={submit} noValidate className={styles.form}>
      <TextInput
        mt="md"
        label={texts.create.roleArn}
        description={texts.create.roleArnHelp}
        inputWrapperOrder={["label", "input", "error", "description"]}
        placeholder={texts.create.roleArnExample}
        value={arn}
        onChange={(event) => {
          setArn(event.currentTarget.value);
          if (problem) onChange();
        }}
        error={problem}
        classNames={{ input: styles.mono }}
        readOnly={running}
        autoComplete="off"
        spellCheck={false}
      />
      <div className={styles.buttons}>
        <Button type="submit" loading={running} disabled={!arn.trim()}>
          {known ? texts.create.tryAgain : texts.create.create}
        </Button>
      </div>
    </form>
  );
}
