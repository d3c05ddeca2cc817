import { TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useEffect, useRef, useState } from "react";
import { SearchIcon } from "../parts/icons";
import styles from "./Flows.module.css";

interface SearchTextProps {
  label: string;
  hint: string;
  /** What is searched for, as the address has it. */
  value: string;
  onChange: (text: string) => void;
}

/**
 * Words to search for. What is typed stands here at once, and goes into the address when the
 * typing pauses: browsers take so many changes of an address in a time, and no more.
 */
export function SearchText({ label, hint, value, onChange }: SearchTextProps) {
  // What is being typed; nothing while the address says it all.
  const [typed, setTyped] = useState<string | null>(null);
  // Told, and perhaps not yet in the address, which may come to have them one after the other.
  const told = useRef<string[]>([]);
  const tell = useDebouncedCallback((text: string) => {
    told.current.push(text);
    onChange(text);
  }, 150);
  const shown = useRef(value);
  useEffect(() => {
    if (shown.current === value) return;
    shown.current = value;
    const index = told.current.indexOf(value);
    told.current.splice(0, index + 1);
    // Changed from elsewhere: back and forward.
    if (index < 0) setTyped(null);
  }, [value]);
  return (
    <TextInput
      type="search"
      aria-label={label}
      placeholder={hint}
      leftSection={<SearchIcon size={14} />}
      value={typed ?? value}
      maxLength={200}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        tell(event.currentTarget.value);
      }}
      onBlur={() => {
        tell.flush();
        told.current = [];
        setTyped(null);
      }}
      className={styles.search}
    />
  );
}
