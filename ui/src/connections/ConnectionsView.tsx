import { Button, TextInput, VisuallyHidden } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useDeferredValue, useMemo, useState } from "react";
import { Link, useNavigate, useSearchParams } from "react-router";
import type { Connection } from "../api/client";
import { connectionList, flowList } from "../api/queries";
import { Empty, Loading, Page, ProblemView, StatusBadge, TimeAgo } from "../parts";
import { Plus, SearchIcon } from "../parts/icons";
import { Logo } from "../shell/Logo";
import { connections as texts } from "../texts";
import { ConnectionMenu, statusTime } from "./ConnectionMenu";
import styles from "./connections.module.css";
import { ConnectionDialog, type Dialog } from "./dialogs";
import { NewConnection } from "./NewConnection";

/** All connections: whose role, whether it is safe, who uses it. `?new` opens New Connection. */
export default function ConnectionsView() {
  const { data, error, refetch } = useQuery(connectionList);
  const [params, setParams] = useSearchParams();
  const [search, setSearch] = useState("");
  const navigate = useNavigate();
  const begin = () => setParams({ new: "" });
  const newButton = (
    <Button leftSection={<Plus size={14} />} onClick={begin}>
      {texts.create.title}
    </Button>
  );
  return (
    <Page
      title={texts.title}
      actions={
        data?.length ? (
          <>
            <TextInput
              className={styles.search}
              type="search"
              aria-label={texts.search}
              placeholder={texts.search}
              leftSection={<SearchIcon size={14} />}
              value={search}
              onChange={(event) => setSearch(event.currentTarget.value)}
            />
            {newButton}
          </>
        ) : undefined
      }
    >
      {error && <ProblemView error={error} onRetry={refetch} />}
      {!data && !error && <Loading lines={6} />}
      {data?.length === 0 && (
        <Empty title={texts.empty.title} action={newButton} picture={<Logo size={44} />}>
          {texts.empty.text}
        </Empty>
      )}
      {data && data.length > 0 && <List connections={data} search={search} />}
      <NewConnection
        opened={params.has("new")}
        onClose={() => setParams({})}
        onDone={(connection) => navigate(`/connections/${encodeURIComponent(connection.id)}`)}
      />
    </Page>
  );
}

function List({ connections, search }: { connections: Connection[]; search: string }) {
  const wanted = useDeferredValue(search.trim().toLowerCase());
  const [open, setOpen] = useState<{ dialog: Dialog; connection: Connection } | null>(null);
  const flows = useQuery(flowList).data;
  const uses = useMemo(() => {
    const counted = new Map<string, number>();
    for (const flow of flows ?? []) {
      for (const name of new Set(flow.connections.map((each) => each.toLowerCase()))) {
        counted.set(name, (counted.get(name) ?? 0) + 1);
      }
    }
    return counted;
  }, [flows]);
  const shown = connections.filter((each) =>
    [each.nickname, each.description, each.account_id, each.role_arn, each.status].some((text) =>
      text?.toLowerCase().includes(wanted),
    ),
  );
  if (!shown.length) return <p className={styles.muted}>{texts.noMatch}</p>;
  return (
    <div className={styles.table}>
      <table aria-label={texts.title}>
        <colgroup>
          <col />
          <col />
          <col />
          <col width="110" />
          <col width="120" />
          <col width="60" />
        </colgroup>
        <thead>
          <tr>
            <th scope="col">{texts.columns.nickname}</th>
            <th scope="col">{texts.columns.role}</th>
            <th scope="col">{texts.columns.safe}</th>
            <th scope="col">{texts.columns.usedBy}</th>
            <th scope="col">{texts.columns.lastUsed}</th>
            <th scope="col">
              <VisuallyHidden>{texts.columns.actions}</VisuallyHidden>
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map((each) => (
            <Row
              key={each.id}
              connection={each}
              uses={flows && (uses.get(each.nickname.toLowerCase()) ?? 0)}
              onDialog={(dialog) => setOpen({ dialog, connection: each })}
            />
          ))}
        </tbody>
      </table>
      {open && (
        <ConnectionDialog
          dialog={open.dialog}
          connection={open.connection}
          onClose={() => setOpen(null)}
          onDeleted={() => setOpen(null)}
        />
      )}
    </div>
  );
}

interface RowProps {
  connection: Connection;
  uses: number | undefined;
  onDialog: (dialog: Dialog) => void;
}

function Row({ connection, uses, onDialog }: RowProps) {
  const navigate = useNavigate();
  const to = `/connections/${encodeURIComponent(connection.id)}`;
  const role = connection.role_arn ?? connection.probe?.role_arn;
  return (
    <tr>
      <td>
        <Link to={to} dir="auto">
          {connection.nickname}
        </Link>
        {connection.description && (
          <small className={styles.clamp} dir="auto">
            {connection.description}
          </small>
        )}
      </td>
      <td>
        {role ? (
          <>
            {role.split("/").at(-1)}
            <small className={styles.number}>{connection.account_id ?? role.split(":")[4]}</small>
          </>
        ) : (
          <span className={styles.muted}>{texts.noRole}</span>
        )}
      </td>
      <td>
        <StatusBadge status={connection.status}>
          {connection.status !== "draft" && <TimeAgo time={statusTime(connection)} otherwise="" />}
        </StatusBadge>
        {texts.reasons[connection.status] && <small>{texts.reasons[connection.status]}</small>}
      </td>
      <td>{uses === undefined ? "" : texts.flows(uses)}</td>
      <td>
        <TimeAgo time={connection.last_used_at} />
      </td>
      <td>
        <ConnectionMenu
          connection={connection}
          onDialog={onDialog}
          onOpen={() => navigate(to)}
          onVerify={() => navigate(`${to}?verify`)}
        />
      </td>
    </tr>
  );
}
