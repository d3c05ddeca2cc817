import "@mantine/core/styles/PasswordInput.layer.css";
import { Button, Modal, PasswordInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type MouseEvent, useState } from "react";
import { Link, useNavigate } from "react-router";
import type { RunDetail } from "../api/client";
import { keys } from "../api/queries";
import { ProblemView } from "../parts";
import { may, session } from "../signin/session";
import { runs } from "../texts";
import { DeleteRun } from "./DeleteRun";
import { cancelRun, ENDED, runAgain, secretInputs } from "./queries";
import styles from "./RunActions.module.css";

const texts = runs.run;

/** What can be done to a run: open its flow, stop it, start it once more. */
export function RunActions({ shown }: { shown: RunDetail }) {
  const cache = useQueryClient();
  const navigate = useNavigate();
  const [asking, setAsking] = useState(false);
  const secrets = secretInputs(shown);
  const who = useQuery(session).data;
  // A document that is not kept as a flow takes more than running does.
  const mayRepeat = may(who, "run") && (shown.version != null || may(who, "write"));
  const under = !ENDED.has(shown.status);
  const cancel = useMutation({
    mutationFn: () => cancelRun(shown.id),
    onSettled: () => cache.invalidateQueries({ queryKey: keys.runs }),
  });
  const again = useMutation({
    mutationFn: (given: Record<string, string>) => runAgain(shown, given),
    onSuccess: (started) => {
      void cache.invalidateQueries({ queryKey: keys.runs });
      navigate(`/runs/${started.id}`);
    },
  });
  const cancelling = cancel.isPending || cancel.isSuccess || !!shown.cancel_requested_at;
  const wrong = cancel.error ?? (asking ? null : again.error);
  return (
    <div className={styles.actions}>
      <DeleteRun shown={shown} />
      {(shown.version != null || shown.tested) && (
        <Button component={Link} to={`/flows/${encodeURIComponent(shown.flow)}`} variant="default">
          {texts.openFlow}
        </Button>
      )}
      {under && may(who, "run") && (
        <Button
          variant="default"
          disabled={cancelling}
          title={texts.cancelHelp}
          onClick={(event) => {
            if (isFirst(event)) cancel.mutate();
          }}
        >
          {cancelling ? texts.cancelling : texts.cancel}
        </Button>
      )}
      {!under && mayRepeat && (
        <Button
          // Until the page of the new run is there.
          loading={again.isPending || again.isSuccess}
          title={texts.againHelp}
          onClick={(event) => {
            if (!isFirst(event)) return;
            if (secrets.length) setAsking(true);
            else again.mutate({});
          }}
        >
          {texts.again}
        </Button>
      )}
      <AskSecrets
        secrets={secrets}
        opened={asking}
        error={again.error}
        busy={again.isPending}
        onClose={() => setAsking(false)}
        onGiven={(given) => again.mutate(given)}
      />
      {wrong && (
        <div className={styles.wrong}>
          <ProblemView error={wrong} />
        </div>
      )}
    </div>
  );
}

/** Not the second of a double click: it may be on the next run's page already, and was not meant
 * for that. */
function isFirst(event: MouseEvent): boolean {
  return event.detail < 2;
}

interface AskSecretsProps {
  secrets: { name: string; title: string }[];
  opened: boolean;
  error: unknown;
  busy: boolean;
  onClose: () => void;
  onGiven: (given: Record<string, string>) => void;
}

/** History has no secrets, so they are asked for. */
function AskSecrets({ secrets, opened, error, busy, onClose, onGiven }: AskSecretsProps) {
  const said = texts.againSecrets;
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    onGiven(Object.fromEntries(secrets.map(({ name }) => [name, String(form.get(name) ?? "")])));
  }
  return (
    <Modal opened={opened} onClose={onClose} title={said.title}>
      <form onSubmit={submit} className={styles.form}>
        <p>{said.text}</p>
        {!!error && <ProblemView error={error} besides={secrets.map((secret) => secret.name)} />}
        {secrets.map(({ name, title }) => (
          <PasswordInput key={name} name={name} label={title} autoComplete="off" required />
        ))}
        <div className={styles.buttons}>
          <Button variant="default" onClick={onClose}>
            {said.close}
          </Button>
          <Button type="submit" loading={busy}>
            {said.start}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
