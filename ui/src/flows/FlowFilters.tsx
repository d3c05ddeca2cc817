import { Button, Select, TextInput } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import type { FlowSummary } from "../api/client";
import { SearchIcon } from "../parts/icons";
import { flows } from "../texts";
import styles from "./Flows.module.css";
import { brief } from "./FlowTable";
import type { FlowFilter } from "./rows";

const texts = flows.filter;

interface FlowFiltersProps {
  filter: FlowFilter;
  flows: readonly FlowSummary[];
  onChange: (filter: FlowFilter) => void;
}

/** What narrows the list of flows. */
export function FlowFilters({ filter, flows: all, onChange }: FlowFiltersProps) {
  const connections = [...new Set(all.flatMap((each) => each.connections))].sort();
  if (filter.connection && !connections.includes(filter.connection)) {
    connections.push(filter.connection);
  }
  return (
    <search className={styles.filters}>
      <SearchText value={filter.search} onChange={(search) => onChange({ ...filter, search })} />
      <Select
        aria-label={texts.on}
        placeholder={texts.any}
        data={[
          { value: "on", label: texts.onlyOn },
          { value: "off", label: texts.onlyOff },
        ]}
        value={filter.on}
        onChange={(on) => onChange({ ...filter, on: on === "on" || on === "off" ? on : null })}
        clearable
        w={130}
      />
      {connections.length > 0 && (
        <Select
          aria-label={texts.connection}
          placeholder={texts.anyConnection}
          data={connections.map((value) => ({ value, label: brief(value) }))}
          value={filter.connection}
          onChange={(connection) => onChange({ ...filter, connection })}
          searchable={connections.length > 7}
          clearable
          w={180}
        />
      )}
      {(filter.search || filter.on || filter.connection) && (
        <Button
          variant="subtle"
          onClick={() => onChange({ ...filter, search: "", on: null, connection: null })}
        >
          {texts.clear}
        </Button>
      )}
    </search>
  );
}

/** Typing is never held up by the address: what is typed stands here first. */
function SearchText({ value, onChange }: { value: string; onChange: (text: string) => void }) {
  const [typed, setTyped] = useState(value);
  const told = useRef(value);
  useEffect(() => {
    // Changed from elsewhere: a folder was opened, "Clear", back and forward.
    if (value !== told.current) {
      told.current = value;
      setTyped(value);
    }
  }, [value]);
  return (
    <TextInput
      type="search"
      aria-label={flows.search}
      placeholder={flows.searchHint}
      leftSection={<SearchIcon size={14} />}
      value={typed}
      maxLength={200}
      onChange={(event) => {
        const text = event.currentTarget.value;
        setTyped(text);
        told.current = text;
        onChange(text);
      }}
      className={styles.search}
    />
  );
}
