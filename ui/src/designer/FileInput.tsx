import { Input } from "@mantine/core";
import { type ReactNode, useId, useRef } from "react";
import { Name } from "../parts";
import { Cross } from "../parts/icons";
import { bytes } from "../runs/values";
import { designer } from "../texts";
import styles from "./FileInput.module.css";
import type { EarlierFile } from "./startFiles";

const texts = designer.runForm.file;

interface FileInputProps {
  label: ReactNode;
  /** The label as text. */
  title: string;
  description: ReactNode;
  error: string | undefined;
  withAsterisk: boolean;
  size: "xs" | "sm";
  "data-autofocus": true | undefined;
  value: File | EarlierFile | null;
  /** Which part of it has been sent, from 0 to 1, while it is. */
  sent: number | undefined;
  onChange: (value: File | null) => void;
}

/**
 * Takes a file: chosen, or dropped there. The browser's own input is over all of it, so that keys,
 * screen readers and what is dropped find what they know.
 */
export function FileInput({
  label,
  title,
  description,
  error,
  withAsterisk,
  size,
  value,
  sent,
  onChange,
  "data-autofocus": autofocus,
}: FileInputProps) {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const clear = () => {
    if (!input.current) return;
    input.current.value = "";
    onChange(null);
    input.current.focus();
  };
  const described = [
    `${id}-chosen`,
    description ? `${id}-description` : "",
    error ? `${id}-error` : "",
  ];
  return (
    <Input.Wrapper
      id={id}
      label={label}
      description={description}
      error={error}
      withAsterisk={withAsterisk}
      size={size}
    >
      <div
        className={styles.file}
        data-size={size}
        data-described={description ? true : undefined}
        data-wrong={error ? true : undefined}
      >
        <div className={styles.place}>
          <input
            ref={input}
            id={id}
            type="file"
            title={value?.name ?? texts.choose}
            aria-describedby={described.filter(Boolean).join(" ")}
            aria-invalid={error ? true : undefined}
            disabled={sent !== undefined}
            data-autofocus={autofocus}
            onChange={(event) => {
              const chosen = event.currentTarget.files?.[0];
              if (chosen) onChange(chosen);
            }}
          />
          <span id={`${id}-chosen`} className={styles.chosen}>
            {value ? (
              <>
                <Name most={200}>{value.name}</Name>{" "}
                <span className={styles.muted}>{bytes(value.size)}</span>
              </>
            ) : (
              <span className={styles.muted}>{texts.choose}</span>
            )}
          </span>
        </div>
        {value && sent === undefined && (
          <button
            type="button"
            className={styles.clear}
            aria-label={texts.clear(title)}
            title={texts.clear(title)}
            onClick={clear}
          >
            <Cross size={12} />
          </button>
        )}
      </div>
      {sent !== undefined && (
        <progress
          className={styles.progress}
          value={sent}
          max={1}
          aria-label={texts.uploading(title)}
        />
      )}
    </Input.Wrapper>
  );
}
