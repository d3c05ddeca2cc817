import { Button, Checkbox, Modal, Textarea, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import type { Connection } from "../api/client";
import { Loading, ProblemView } from "../parts";
import { connections } from "../texts";
import { useChange, useDeletion } from "./actions";
import styles from "./connections.module.css";
import { fieldError } from "./NewConnection";
import { ProbeSteps } from "./ProbeSteps";
import { usage } from "./queries";
import { useProbe } from "./useProbe";

export type Dialog = "rename" | "describe" | "repoint" | "delete";

interface DialogProps {
  connection: Connection;
  onClose: () => void;
  /** It is gone: whoever shows it shows something else now. */
  onDeleted?: () => void;
}

/** The dialog for one action on a connection; none without one. */
export function ConnectionDialog({ dialog, ...rest }: DialogProps & { dialog: Dialog | null }) {
  if (dialog === "rename") return <Rename {...rest} />;
  if (dialog === "describe") return <Describe {...rest} />;
  if (dialog === "repoint") return <Repoint {...rest} />;
  if (dialog === "delete") return <Delete {...rest} />;
  return null;
}

function Rename({ connection, onClose }: DialogProps) {
  const [nickname, setNickname] = useState(connection.nickname);
  const change = useChange(connection.id);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate({ nickname }, { onSuccess: onClose });
  };
  return (
    <Modal opened onClose={onClose} title={connections.renaming.title}>
      <form className={styles.form} onSubmit={submit} noValidate>
        <TextInput
          label={connections.create.nickname}
          description={connections.renaming.help}
          value={nickname}
          onChange={(event) => setNickname(event.currentTarget.value)}
          error={fieldError(change.error, "nickname")}
          data-autofocus
        />
        {change.error && <ProblemView error={change.error} besides={["nickname"]} />}
        <Buttons onClose={onClose}>
          <Button type="submit" loading={change.isPending}>
            {connections.actions.save}
          </Button>
        </Buttons>
      </form>
    </Modal>
  );
}

function Describe({ connection, onClose }: DialogProps) {
  const [description, setDescription] = useState(connection.description ?? "");
  const change = useChange(connection.id);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate({ description }, { onSuccess: onClose });
  };
  return (
    <Modal opened onClose={onClose} title={connections.describing.title}>
      <form className={styles.form} onSubmit={submit} noValidate>
        <Textarea
          label={connections.describing.label}
          value={description}
          onChange={(event) => setDescription(event.currentTarget.value)}
          error={fieldError(change.error, "description")}
          autosize
          minRows={3}
          maxRows={10}
          data-autofocus
        />
        {change.error && <ProblemView error={change.error} besides={["description"]} />}
        <Buttons onClose={onClose}>
          <Button type="submit" loading={change.isPending}>
            {connections.actions.save}
          </Button>
        </Buttons>
      </form>
    </Modal>
  );
}

function Repoint({ connection, onClose }: DialogProps) {
  const [arn, setArn] = useState("");
  const [anyway, setAnyway] = useState(false);
  const { probe, run } = useProbe();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (probe.running || !arn.trim()) return;
    const found = await run(connection.id, "repoint", { role_arn: arn.trim(), force: anyway });
    if (found?.status === "verified") onClose();
  };
  const failed = probe.steps.some((step) => step.outcome === "failed");
  const atField = failed ? undefined : probe.error?.at("role_arn");
  return (
    <Modal opened onClose={onClose} title={connections.repointing.title} size={640}>
      <form className={styles.form} onSubmit={submit} noValidate>
        <TextInput
          label={connections.repointing.label}
          description={connections.repointing.help}
          placeholder={connections.create.roleArnExample}
          value={arn}
          onChange={(event) => setArn(event.currentTarget.value)}
          error={atField}
          classNames={{ input: styles.mono }}
          readOnly={probe.running}
          spellCheck={false}
          autoComplete="off"
          data-autofocus
        />
        {(probe.running || probe.steps.length > 0) && (
          <ProbeSteps steps={probe.steps} running={probe.running} />
        )}
        {failed && probe.error && <p className={styles.help}>{connections.repointing.kept}</p>}
        {probe.error && !failed && <ProblemView error={probe.error} besides={["role_arn"]} />}
        {failed && (
          <Checkbox
            label={connections.repointing.anyway}
            checked={anyway}
            onChange={(event) => setAnyway(event.currentTarget.checked)}
          />
        )}
        <Buttons onClose={onClose}>
          <Button type="submit" loading={probe.running} disabled={!arn.trim()}>
            {connections.repointing.submit}
          </Button>
        </Buttons>
      </form>
    </Modal>
  );
}

function Delete({ connection, onClose, onDeleted }: DialogProps) {
  const { data, error, refetch } = useQuery({ ...usage(connection.id), staleTime: 0 });
  const deletion = useDeletion(connection.id);
  const flows = data?.flows ?? [];
  const gone = deletion.data;
  if (gone) {
    return (
      <Modal opened onClose={onDeleted ?? onClose} title={connections.deleting.doneTitle}>
        <p>{gone.notice}</p>
        <Button onClick={onDeleted ?? onClose} data-autofocus>
          {connections.create.done}
        </Button>
      </Modal>
    );
  }
  return (
    <Modal opened onClose={onClose} title={connections.deleting.title(connection.nickname)}>
      <div className={styles.form}>
        <div>{connections.deleting.help}</div>
        {error && <ProblemView error={error} onRetry={refetch} />}
        {!data && !error && <Loading lines={2} />}
        {flows.length > 0 && (
          <div>
            {connections.deleting.used(flows.length)}
            <ul>
              {flows.map((flow) => (
                <li key={flow} dir="auto">
                  <b>{flow}</b>
                </li>
              ))}
            </ul>
          </div>
        )}
        {deletion.error && <ProblemView error={deletion.error} />}
        <Buttons onClose={onClose}>
          <Button
            color="red"
            disabled={!data}
            loading={deletion.isPending}
            onClick={() => deletion.mutate(flows.length > 0)}
          >
            {flows.length ? connections.deleting.force : connections.deleting.submit}
          </Button>
        </Buttons>
      </div>
    </Modal>
  );
}

function Buttons({ onClose, children }: { onClose: () => void; children: ReactNode }) {
  return (
    <div className={styles.buttons}>
      {children}
      <Button variant="default" onClick={onClose}>
        {connections.actions.cancel}
      </Button>
    </div>
  );
}
