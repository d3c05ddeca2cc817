import { Button, Modal } from "@mantine/core";
import { useState } from "react";
import { useNavigate } from "react-router";
import { answer, api } from "../api/client";
import { ProblemView } from "../parts";
import { designer } from "../texts";
import { Confirmation, isConfirmed } from "./Confirmation";
import styles from "./Designer.module.css";
import type { FlowDocument } from "./document";
import { StartInput, started } from "./StartInput";
import { useStarting } from "./useStarting";

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
  const starting = useStarting({
    inputs,
    values,
    request: async (ready, header) => {
      const version = await onSave();
      if (version === null) return null;
      const params = { path: { name: document.flow }, header };
      const body = { inputs: await ready(), input_texts: {}, version };
      return await answer(api.POST("/api/v1/flows/{name}/runs", { params, body }));
    },
    onStarted: (run) => (run ? navigate(`/runs/${run.id}`) : onClose()),
  });
  const title = document.title || document.flow;
  return (
    <Modal opened onClose={onClose} title={texts.title(title)} size="md">
      <form onSubmit={starting.submit} className={styles.runForm} noValidate>
        {!inputs.length && <p>{texts.nothing}</p>}
        {inputs.map(([name, input], index) => (
          <StartInput
            key={name}
            name={name}
            input={input}
            value={values[name]}
            error={starting.errorAt(name)}
            first={index === 0}
            sent={starting.sent[name]}
            onChange={(value) => {
              starting.changed();
              setValues((before) => ({ ...before, [name]: value }));
            }}
          />
        ))}
        <Confirmation flow={document.flow} cards={destroys} value={typed} onChange={setTyped} />
        {starting.failure && (
          <ProblemView
            error={starting.failure}
            besides={inputs.flatMap(([name]) => [name, `inputs.${name}`])}
          />
        )}
        <div className={styles.runButtons}>
          <Button variant="default" onClick={onClose}>
            {texts.cancel}
          </Button>
          <Button
            type="submit"
            loading={starting.pending}
            disabled={!isConfirmed(document.flow, destroys, typed)}
            data-autofocus={inputs.length ? undefined : true}
          >
            {changed ? texts.saveAndRun : texts.run}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
