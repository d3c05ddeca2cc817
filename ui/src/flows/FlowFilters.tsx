import { Button, Select } from "@mantine/core";
import type { FlowSummary } from "../api/client";
import { beginningOf } from "../parts";
import { flows, shell } from "../texts";
import styles from "./Flows.module.css";
import { EVERYTHING, type FlowFilter, isNarrowed, LAST } from "./rows";
import { SearchText } from "./SearchText";

const texts = flows.filter;
const LASTS = LAST.map((value) => ({
  value,
  label: value === "never" ? flows.neverRan : (shell.status[value] ?? value),
}));
const ON = [
  { value: "on" as const, label: texts.onlyOn },
  { value: "off" as const, label: texts.onlyOff },
];

interface FlowFiltersProps {
  filter: FlowFilter;
  flows: readonly FlowSummary[];
  onChange: (change: Partial<FlowFilter>) => void;
}

/** What narrows the list of flows. Each choice counts at once. */
export function FlowFilters({ filter, flows: all, onChange }: FlowFiltersProps) {
  return (
    <search className={styles.filters} aria-label={texts.label}>
      <SearchText
        label={flows.search}
        hint={flows.searchHint}
        value={filter.search}
        onChange={(search) => onChange({ search })}
      />
      <Choice
        label={texts.on}
        any={texts.any}
        data={ON}
        value={filter.on}
        onChange={(on) => onChange({ on })}
      />
      <Choice
        label={texts.last}
        any={texts.anyLast}
        data={LASTS}
        value={filter.last}
        onChange={(last) => onChange({ last })}
      />
      <Choice
        label={texts.connection}
        any={texts.anyConnection}
        data={choices(
          all.flatMap((each) => each.connections),
          filter.connection,
        )}
        value={filter.connection}
        onChange={(connection) => onChange({ connection })}
      />
      <Choice
        label={texts.owner}
        any={texts.anyOwner}
        data={choices(
          all.flatMap((each) => each.owner ?? []),
          filter.owner,
        )}
        value={filter.owner}
        onChange={(owner) => onChange({ owner })}
      />
      {isNarrowed(filter) && (
        <Button variant="subtle" onClick={() => onChange({ ...EVERYTHING, folder: filter.folder })}>
          {texts.clear}
        </Button>
      )}
    </search>
  );
}

interface ChoiceProps<T extends string> {
  label: string;
  /** What no choice means. */
  any: string;
  data: { value: T; label: string }[];
  value: T | null;
  onChange: (value: T | null) => void;
}

function Choice<T extends string>({ label, any, data, value, onChange }: ChoiceProps<T>) {
  if (!data.length) return null;
  return (
    <Select
      aria-label={label}
      placeholder={any}
      data={data}
      value={value}
      onChange={(chosen) => onChange(data.find((each) => each.value === chosen)?.value ?? null)}
      searchable={data.length > 7}
      clearable
      clearButtonProps={{ "aria-label": any }}
      className={styles.choice}
    />
  );
}

/** Each name once, by name; what is chosen is there even where nothing has it. */
function choices(names: readonly string[], chosen: string | null) {
  const all = [...new Set(chosen ? [...names, chosen] : names)];
  return all
    .sort((one, other) => one.localeCompare(other))
    .map((value) => ({ value, label: beginningOf(value, 80) }));
}
