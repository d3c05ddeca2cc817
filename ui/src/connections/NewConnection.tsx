import { Button, Drawer, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FocusEvent, type FormEvent, useRef, useState } from "react";
import { answer, api, type Connection, idempotencyKey, type Schema } from "../api/client";
import { ApiProblem } from "../api/problem";
import { keys, queryClient } from "../api/queries";
import { ProblemView, StatusBadge } from "../parts";
import { connections } from "../texts";
import { CopyField } from "./CopyField";
import styles from "./connections.module.css";
import { ProbeSteps } from "./ProbeSteps";
import { RoleSetup } from "./RoleSetup";
import { useProbe } from "./useProbe";

const texts = connections.create;
type Drafted = Schema<"DraftedConnection">;

export interface NewConnectionProps {
  opened: boolean;
  /** Closed without a verified connection; a draft may be left. */
  onClose: () => void;
  /** Closed with one that may be used. */
  onDone: (connection: Connection) => void;
  /** The title of the card that wants it. */
  forCard?: string;
  /** The flow that wants it, as it is now: its permissions are shown too. */
  flow?: { text: string };
}

/** Making a connection beside whatever wants it: the Connections page, or a card. */
export function NewConnection({ opened, onClose, onDone, forCard, flow }: NewConnectionProps) {
  const made = useRef<Connection | null>(null);
  const close = () => {
    const connection = made.current;
    made.current = null;
    if (connection) onDone(connection);
    else onClose();
  };
  return (
    <Drawer
      opened={opened}
      onClose={close}
      position="right"
      size={760}
      title={texts.title}
      classNames={{
        title: styles.drawerTitle,
        header: styles.drawerHeader,
        body: styles.drawerBody,
      }}
    >
      <p className={styles.lead}>{texts.lead(forCard)}</p>
      <Steps
        flowText={flow?.text}
        onVerified={(connection) => {
          made.current = connection;
        }}
        onClose={close}
      />
    </Drawer>
  );
}

interface StepsProps {
  flowText?: string;
  onVerified: (connection: Connection) => void;
  onClose: () => void;
}

function Steps({ flowText, onVerified, onClose }: StepsProps) {
  const [nickname, setNickname] = useState("");
  const [arn, setArn] = useState("");
  const [arnMissing, setArnMissing] = useState(false);
  const [drafted, setDrafted] = useState<Drafted | null>(null);
  const form = useRef<HTMLFormElement>(null);
  const key = useRef(idempotencyKey());
  // Leaving the field and pressing the button come as one gesture, before the next render.
  const settling = useRef(false);
  const { probe, run, reset } = useProbe();

  const draft = useMutation({
    mutationFn: (name: string) =>
      answer(
        api.POST("/api/v1/connections", {
          body: { nickname: name, description: "" },
          params: { header: { "Idempotency-Key": key.current } },
        }),
      ),
    onSuccess: (made) => {
      setDrafted(made);
      setNickname(made.nickname);
      queryClient.invalidateQueries({ queryKey: keys.connections });
    },
    onSettled: () => {
      key.current = idempotencyKey();
      settling.current = false;
    },
  });
  const rename = useMutation({
    mutationFn: ({ id, name }: { id: string; name: string }) =>
      answer(
        api.PATCH("/api/v1/connections/{reference}", {
          params: { path: { reference: id } },
          body: { nickname: name },
        }),
      ),
    onSuccess: (renamed) => {
      setDrafted((before) => before && { ...before, nickname: renamed.nickname });
      setNickname(renamed.nickname);
      queryClient.invalidateQueries({ queryKey: keys.connections });
    },
    onSettled: () => {
      settling.current = false;
    },
  });
  const discard = useMutation({
    mutationFn: (id: string) =>
      answer(
        api.DELETE("/api/v1/connections/{reference}", { params: { path: { reference: id } } }),
      ),
    onSuccess: () => {
      queryClient.invalidateQueries({ queryKey: keys.connections });
      onClose();
    },
  });

  const settle = () => {
    if (settling.current || !nickname.trim() || nickname.trim() === drafted?.nickname) return;
    settling.current = true;
    if (!drafted) {
      draft.mutate(nickname);
    } else {
      rename.mutate({ id: drafted.id, name: nickname });
    }
  };
  // Going on to another part of the form settles the nickname; leaving the form does not.
  const onNicknameLeft = (event: FocusEvent) => {
    if (form.current?.contains(event.relatedTarget)) settle();
  };
  const onSubmit = async (event: FormEvent) => {
    event.preventDefault();
    if (!drafted || nickname.trim() !== drafted.nickname) {
      settle();
      return;
    }
    if (probe.running) return;
    setArnMissing(!arn.trim());
    if (!arn.trim()) return;
    const found = await run(drafted.id, "verify", { role_arn: arn.trim() });
    if (found?.status === "verified") onVerified(found);
  };

  const naming = drafted ? rename : draft;
  const verified = probe.result?.status === "verified";
  const arnProblem = probe.error?.at("role_arn");
  // What has to be put in place gives way to what was tried with it; it can be opened again.
  const probed = (probe.running || probe.steps.length > 0) && !arnProblem;
  return (
    <form ref={form} className={styles.form} onSubmit={onSubmit} noValidate>
      <div className={styles.nickname}>
        <TextInput
          label={texts.nickname}
          description={texts.nicknameHelp}
          inputWrapperOrder={["label", "input", "error", "description"]}
          placeholder={texts.nicknameExample}
          value={nickname}
          onChange={(event) => setNickname(event.currentTarget.value)}
          onBlur={onNicknameLeft}
          error={fieldError(naming.error, "nickname")}
          maxLength={200}
          autoComplete="off"
          data-autofocus
          readOnly={probe.running || verified}
        />
        {!drafted && (
          <Button type="submit" variant="default" loading={draft.isPending}>
            {texts.continue}
          </Button>
        )}
      </div>
      {naming.error && <ProblemView error={naming.error} besides={["nickname"]} />}
      <div className={styles.pair}>
        <CopyField
          label={texts.accountId}
          help={texts.accountIdHelp}
          value={drafted?.platform.account_id ?? null}
          otherwise={texts.later}
        />
        <CopyField
          label={texts.externalId}
          help={texts.externalIdHelp}
          value={drafted?.external_id ?? null}
          otherwise={texts.later}
        />
      </div>
      {drafted && (
        <>
          {!verified && (
            <details className={styles.setupDetails} open={!probed} key={String(probed)}>
              <summary>{connections.setup.heading}</summary>
              <RoleSetup id={drafted.id} flowText={flowText} />
            </details>
          )}
          <TextInput
            label={texts.roleArn}
            description={texts.roleArnHelp}
            inputWrapperOrder={["label", "input", "error", "description"]}
            placeholder={texts.roleArnExample}
            value={arn}
            onChange={(event) => {
              setArn(event.currentTarget.value);
              setArnMissing(false);
              if (probe.error) reset();
            }}
            error={arnMissing ? texts.missingArn : arnProblem}
            classNames={{ input: styles.mono }}
            autoComplete="off"
            spellCheck={false}
            readOnly={probe.running || verified}
          />
          {probed && <ProbeSteps steps={probe.steps} running={probe.running} />}
          {probe.error && <ProblemView error={probe.error} besides={["role_arn"]} />}
          {discard.error && <ProblemView error={discard.error} />}
        </>
      )}
      <div className={styles.buttons}>
        {verified ? (
          <>
            <Button onClick={onClose} data-autofocus ref={(button) => button?.focus()}>
              {texts.done}
            </Button>
            <span className={styles.proved} role="status">
              {texts.proved}
            </span>
          </>
        ) : (
          <>
            <Button type="submit" disabled={!drafted} loading={probe.running}>
              {probe.steps.length > 0 && !probe.running ? texts.tryAgain : texts.create}
            </Button>
            {drafted && (
              <>
                <Button variant="default" onClick={onClose}>
                  {texts.saveDraft}
                </Button>
                <Button
                  variant="subtle"
                  color="gray"
                  loading={discard.isPending}
                  onClick={() => discard.mutate(drafted.id)}
                >
                  {texts.discard}
                </Button>
              </>
            )}
          </>
        )}
        {probe.result && (
          <span className={styles.verdict}>
            <StatusBadge status={probe.result.status} />
          </span>
        )}
      </div>
    </form>
  );
}

/** What is wrong with the field; nothing where the problem lies elsewhere. */
export function fieldError(error: unknown, field: string): string | undefined {
  return error instanceof ApiProblem ? error.at(field) : undefined;
}
