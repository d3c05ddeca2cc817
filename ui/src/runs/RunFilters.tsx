import { Button, Select, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { connectionList, flowList } from "../api/queries";
import { SearchIcon } from "../parts/icons";
import { runs, shell } from "../texts";
import { type Kind, type RunFilter, STATUSES, type Within } from "./filter";
import styles from "./RunsView.module.css";

const texts = runs.filters;
const TIMES: { value: Within | "dates"; label: string }[] = [
  { value: "hour", label: texts.times.hour },
  { value: "day", label: texts.times.day },
  { value: "week", label: texts.times.week },
  { value: "month", label: texts.times.month },
  { value: "dates", label: texts.times.dates },
];
const KINDS = [
  { value: "flows", label: texts.kinds.flows },
  { value: "tests", label: texts.kinds.tests },
];
const STATES = STATUSES.map((status) => ({ value: status, label: shell.status[status] ?? status }));

interface RunFiltersProps {
  filter: RunFilter;
  onChange: (filter: RunFilter) => void;
}

/** What narrows the list of runs. Each choice counts at once. */
export function RunFilters({ filter, onChange }: RunFiltersProps) {
  const flows = useQuery(flowList);
  const connections = useQuery(connectionList);
  const [dates, setDates] = useState(!!(filter.from || filter.to));
  const time = dates ? "dates" : (filter.within ?? null);
  const any = Object.values(filter).some(Boolean);

  function chooseTime(chosen: string | null) {
    const { within: _, from: __, to: ___, ...rest } = filter;
    setDates(chosen === "dates");
    onChange(chosen && chosen !== "dates" ? { ...rest, within: chosen as Within } : rest);
  }

  return (
    <search className={styles.filters} aria-label={texts.label}>
      <SearchText
        value={filter.text ?? ""}
        onChange={(text) => onChange({ ...filter, text: text || undefined })}
      />
      <Select
        aria-label={texts.flow}
        placeholder={texts.anyFlow}
        data={withChosen(
          (flows.data ?? []).map((flow) => ({
            value: flow.flow,
            label: short(flow.title ?? flow.flow),
          })),
          filter.flow,
        )}
        value={filter.flow ?? null}
        onChange={(flow) => onChange({ ...filter, flow: flow ?? undefined })}
        searchable
        clearable
        clearButtonProps={{ "aria-label": texts.anyFlow }}
        className={styles.choice}
      />
      <Select
        aria-label={texts.status}
        placeholder={texts.anyStatus}
        data={STATES}
        value={filter.status ?? null}
        onChange={(status) => onChange({ ...filter, status: status ?? undefined })}
        clearable
        clearButtonProps={{ "aria-label": texts.anyStatus }}
        className={styles.choice}
        data-narrow
      />
      <Select
        aria-label={texts.connection}
        placeholder={texts.anyConnection}
        data={withChosen(
          (connections.data ?? []).map((each) => ({
            value: each.nickname,
            label: short(each.nickname),
          })),
          filter.connection,
        )}
        value={filter.connection ?? null}
        onChange={(connection) => onChange({ ...filter, connection: connection ?? undefined })}
        searchable
        clearable
        clearButtonProps={{ "aria-label": texts.anyConnection }}
        className={styles.choice}
      />
      <Select
        aria-label={texts.time}
        placeholder={texts.anyTime}
        data={TIMES}
        value={time}
        onChange={chooseTime}
        clearable
        clearButtonProps={{ "aria-label": texts.anyTime }}
        className={styles.choice}
        data-narrow
      />
      <Select
        aria-label={texts.kind}
        placeholder={texts.anyKind}
        data={KINDS}
        value={filter.kind ?? null}
        onChange={(kind) => onChange({ ...filter, kind: (kind as Kind) ?? undefined })}
        clearable
        clearButtonProps={{ "aria-label": texts.anyKind }}
        className={styles.choice}
        data-narrow
      />
      {dates && (
        <>
          <TextInput
            type="date"
            aria-label={texts.from}
            title={texts.from}
            value={filter.from ?? ""}
            max={filter.to}
            onChange={(event) => onChange({ ...filter, from: event.target.value || undefined })}
          />
          <TextInput
            type="date"
            aria-label={texts.to}
            title={texts.to}
            value={filter.to ?? ""}
            min={filter.from}
            onChange={(event) => onChange({ ...filter, to: event.target.value || undefined })}
          />
        </>
      )}
      {any && (
        <Button
          variant="subtle"
          onClick={() => {
            setDates(false);
            onChange({});
          }}
        >
          {texts.clear}
        </Button>
      )}
    </search>
  );
}

/** Typing is never held up by the list: it follows a quarter of a second later. */
function SearchText({ value, onChange }: { value: string; onChange: (text: string) => void }) {
  const [typed, setTyped] = useState(value);
  const told = useRef(value);
  const tell = useDebouncedCallback((text: string) => {
    told.current = text;
    onChange(text);
  }, 250);
  useEffect(() => {
    // Changed from elsewhere: back and forward, "Clear filters".
    if (value !== told.current) {
      told.current = value;
      setTyped(value);
    }
  }, [value]);
  return (
    <TextInput
      type="search"
      aria-label={texts.text}
      placeholder={texts.textPlaceholder}
      leftSection={<SearchIcon />}
      value={typed}
      maxLength={200}
      onChange={(event) => {
        setTyped(event.target.value);
        tell(event.target.value.trim());
      }}
      className={styles.text}
    />
  );
}

function withChosen(choices: { value: string; label: string }[], chosen?: string) {
  if (!chosen || choices.some((choice) => choice.value === chosen)) return choices;
  return [...choices, { value: chosen, label: short(chosen) }];
}

/** Long enough to be told apart, short enough for a list. */
function short(name: string): string {
  return name.length > 80 ? `${name.slice(0, 79)}…` : name;
}
