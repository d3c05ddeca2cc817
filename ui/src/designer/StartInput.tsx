import { Checkbox, NumberInput, Select, Textarea, TextInput } from "@mantine/core";
import type { ReactNode } from "react";
import { MOST_BYTES } from "../api/uploads";
import { Name } from "../parts";
import { Password } from "../parts/Password";
import { designer } from "../texts";
import type { FlowInput } from "./document";
import { FileInput } from "./FileInput";
import type { EarlierFile } from "./startFiles";

const texts = designer.runForm;

interface StartInputProps {
  name: string;
  input: FlowInput;
  value: unknown;
  error: string | undefined;
  /** Whether the focus goes there when the form opens. */
  first: boolean;
  /** Where the value is from that it begins with. */
  known?: ReactNode;
  size?: "xs" | "sm";
  /** Which part of its file has been sent, from 0 to 1, while it is. */
  sent?: number;
  onChange: (value: unknown) => void;
}

/** One value that a flow asks for when it is started. */
export function StartInput({
  name,
  input,
  value,
  error,
  first,
  known,
  size = "sm",
  sent,
  onChange,
}: StartInputProps) {
  const shared = {
    label: <Name>{input.title || name}</Name>,
    description: known ?? input.help ?? (input.required === false ? texts.optional : undefined),
    error,
    withAsterisk: input.required !== false,
    size,
    "data-autofocus": first || undefined,
  } as const;
  if (input.type === "file") {
    return (
      <FileInput
        {...shared}
        title={input.title || name}
        value={value as File | EarlierFile | null}
        sent={sent}
        onChange={onChange}
      />
    );
  }
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
          size={size}
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

/** What a field begins with. */
export function started(input: FlowInput): unknown {
  const value = input.default;
  if (value === undefined || value === null)
    return input.type === "boolean" && input.required !== false ? false : null;
  if (input.type === "object" || input.type === "list") return JSON.stringify(value, null, 2);
  if (input.type === "date-time" && typeof value === "string") return value.slice(0, 19);
  return value;
}

/** What is sent, once files are uploaded: nothing for what was left empty, so that defaults and `required` count. */
export function given(
  inputs: readonly (readonly [string, FlowInput])[],
  values: Record<string, unknown>,
): Record<string, unknown> {
  const sent: Record<string, unknown> = {};
  for (const [name, input] of inputs) {
    const value = values[name];
    if (value === null || value === undefined || value === "") continue;
    if (input.type === "file" && typeof value === "object" && "run" in value) {
      // Of a file of an earlier run, only where it is.
      const { run, key } = value as EarlierFile;
      sent[name] = { run, key };
    } else if ((input.type === "object" || input.type === "list") && typeof value === "string") {
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

/** What is to be JSON and is not, and what is too large a file, by input. */
export function unfit(
  inputs: readonly (readonly [string, FlowInput])[],
  values: Record<string, unknown>,
): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [name, { type }] of inputs) {
    const value = values[name];
    if (value instanceof File && value.size > MOST_BYTES) found[name] = texts.file.tooLarge;
    if ((type !== "object" && type !== "list") || typeof value !== "string" || !value.trim())
      continue;
    try {
      JSON.parse(value);
    } catch {
      found[name] = texts.badJson;
    }
  }
  return found;
}
