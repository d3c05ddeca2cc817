import { Button, Modal, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useRef, useState } from "react";
import { useNavigate } from "react-router";
import { answer, api, idempotencyKey } from "../api/client";
import { ApiProblem } from "../api/problem";
import { keys, queryClient } from "../api/queries";
import { ProblemView } from "../parts";
import { Warning } from "../parts/icons";
import { designer } from "../texts";
import styles from "./Designer.module.css";
import type { FlowDocument } from "./document";
import { given, StartInput, started, unfit } from "./StartInput";
import { useUploads } from "./startFiles";
import { isAway } from "./useKeeping";

interface RunFormProps {
  document: FlowDocument;
  /** Titles and ids of cards that delete. */
  destroys: readonly string[];
  changed: boolean;
  /** Saves first where that is needed; gives the version to run, or null. */
  onSave: () => Promise<number | null>;
  onClose: () => void;
}

const texts = designer.runForm;

/** What the flow asks for, then the run. */
export function RunForm({ document, destroys, changed, onSave, onClose }: RunFormProps) {
  const navigate = useNavigate();
  const inputs = Object.entries(document.start?.inputs ?? {});
  const [values, setValues] = useState<Record<string, unknown>>(() =>
    Object.fromEntries(inputs.map(([name, input]) => [name, started(input)])),
  );
  const [typed, setTyped] = useState("");
  const [wrong, setWrong] = useState<Record<string, string>>({});
  const { sent, uploaded, forget } = useUploads();
  const key = useRef(idempotencyKey());
  const start = useMutation({
    mutationFn: async () => {
      const version = await onSave();
      if (version === null) return null;
      const ready = given(inputs, await uploaded(values));
      return await answer(
        api.POST("/api/v1/flows/{name}/runs", {
          params: { path: { name: document.flow }, header: { "Idempotency-Key": key.current } },
          body: { inputs: ready, input_texts: {}, version },
        }),
      );
    },
    onSuccess: (run) => {
      if (!run) {
        onClose();
        return;
      }
      queryClient.invalidateQueries({ queryKey: keys.runs });
      navigate(`/runs/${run.id}`);
    },
    onError: (error) => {
      // Where no answer came the run may have been started all the same.
      if (!isAway(error)) key.current = idempotencyKey();
      forget(error);
    },
  });
  const title = document.title || document.flow;
  const confirmed = !destroys.length || typed.trim() === document.flow;
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    const found = unfit(inputs, values);
    setWrong(found);
    if (!Object.keys(found).length && confirmed) start.mutate();
  };
  const error = (name: string) =>
    wrong[name] ??
    (start.error instanceof ApiProblem
      ? (start.error.at(name) ?? start.error.at(`inputs.${name}`))
      : undefined);
  return (
    <Modal opened onClose={onClose} title={texts.title(title)} size="md">
      <form onSubmit={onSubmit} className={styles.runForm} noValidate>
        {!inputs.length && <p>{texts.nothing}</p>}
        {inputs.map(([name, input], index) => (
          <StartInput
            key={name}
            name={name}
            input={input}
            value={values[name]}
            error={error(name)}
            first={index === 0}
            sent={sent[name]}
            onChange={(value) => {
              key.current = idempotencyKey();
              setValues((before) => ({ ...before, [name]: value }));
            }}
          />
        ))}
        {destroys.length > 0 && (
          <div className={styles.destroys}>
            <p>
              <Warning size={14} /> {texts.destroys(destroys.join(", "))}
            </p>
            <TextInput
              label={texts.confirm(document.flow)}
              value={typed}
              onChange={(event) => setTyped(event.currentTarget.value)}
              autoComplete="off"
              spellCheck={false}
            />
          </div>
        )}
        {start.error && (
          <ProblemView
            error={start.error}
            besides={inputs.flatMap(([name]) => [name, `inputs.${name}`])}
          />
        )}
        <div className={styles.runButtons}>
          <Button variant="default" onClick={onClose}>
            {texts.cancel}
          </Button>
          <Button
            type="submit"
            loading={start.isPending}
            disabled={!confirmed}
            data-autofocus={inputs.length ? undefined : true}
          >
            {changed ? texts.saveAndRun : texts.run}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
