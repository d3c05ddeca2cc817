import { Button, Checkbox, Modal, NumberInput, Select, Textarea, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useRef, useState } from "react";
import { useNavigate } from "react-router";
import { answer, api, idempotencyKey } from "../api/client";
import { ApiProblem } from "../api/problem";
import { keys, queryClient } from "../api/queries";
import { Name, ProblemView } from "../parts";
import { Warning } from "../parts/icons";
import { Password } from "../parts/Password";
import { designer } from "../texts";
import styles from "./Designer.module.css";
import type { FlowDocument, FlowInput } from "./document";
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
  const key = useRef(idempotencyKey());
  const start = useMutation({
    mutationFn: async () => {
      const version = await onSave();
      if (version === null) return null;
      return await answer(
        api.POST("/api/v1/flows/{name}/runs", {
          params: { path: { name: document.flow }, header: { "Idempotency-Key": key.current } },
          body: { inputs: given(inputs, values), input_texts: {}, version },
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
    },
  });
  const title = document.title || document.flow;
  const confirmed = !destroys.length || typed.trim() === document.flow;
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    const found: Record<string, string> = {};
    for (const [name, input] of inputs) {
      const value = values[name];
      if (
        (input.type === "object" || input.type === "list") &&
        typeof value === "string" &&
        value.trim()
      ) {
        try {
          JSON.parse(value);
        } catch {
          found[name] = texts.badJson;
        }
      }
    }
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
          <RunInput
            key={name}
            name={name}
            input={input}
            value={values[name]}
            error={error(name)}
            first={index === 0}
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

interface RunInputProps {
  name: string;
  input: FlowInput;
  value: unknown;
  error: string | undefined;
  first: boolean;
  onChange: (value: unknown) => void;
}

function RunInput({ name, input, value, error, first, onChange }: RunInputProps) {
  const shared = {
    label: <Name>{input.title || name}</Name>,
    description: input.help ?? (input.required === false ? texts.optional : undefined),
    error,
    withAsterisk: input.required !== false,
    "data-autofocus": first || undefined,
  };
  const text = typeof value === "string" ? value : "";
  if (input.secret) {
    return (
      <Password
        {...shared}
        value={text}
        autoComplete="new-password"
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    );
  }
  switch (input.type) {
    case "number":
      return (
        <NumberInput
          {...shared}
          value={typeof value === "number" ? value : text}
          onChange={onChange}
          hideControls
        />
      );
    case "boolean":
      return input.required === false && value === null ? (
        <Select
          {...shared}
          data={["true", "false"]}
          value={null}
          clearable
          onChange={(chosen) => onChange(chosen === null ? null : chosen === "true")}
        />
      ) : (
        <Checkbox
          label={shared.label}
          description={shared.description}
          error={error}
          checked={value === true}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
      );
    case "date-time":
      return (
        <TextInput
          {...shared}
          type="datetime-local"
          step={1}
          value={text}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
    case "object":
    case "list":
      return (
        <Textarea
          {...shared}
          rows={4}
          value={text}
          spellCheck={false}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
    default:
      return (
        <TextInput
          {...shared}
          value={text}
          autoComplete="off"
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
  }
}

function started(input: FlowInput): unknown {
  const value = input.default;
  if (value === undefined || value === null)
    return input.type === "boolean" && input.required !== false ? false : null;
  if (input.type === "object" || input.type === "list") return JSON.stringify(value, null, 2);
  if (input.type === "date-time" && typeof value === "string") return value.slice(0, 19);
  return value;
}

/** What is sent: nothing for what was left empty, so that defaults and `required` count. */
export function given(
  inputs: readonly (readonly [string, FlowInput])[],
  values: Record<string, unknown>,
): Record<string, unknown> {
  const sent: Record<string, unknown> = {};
  for (const [name, input] of inputs) {
    const value = values[name];
    if (value === null || value === undefined || value === "") continue;
    if ((input.type === "object" || input.type === "list") && typeof value === "string") {
      sent[name] = JSON.parse(value);
    } else if (input.type === "date-time" && typeof value === "string") {
      const time = new Date(value);
      sent[name] = Number.isNaN(time.getTime()) ? value : time.toISOString();
    } else {
      sent[name] = value;
    }
  }
  return sent;
}
