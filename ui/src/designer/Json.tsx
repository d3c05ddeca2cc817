import { useState } from "react";
import type { ControlProps, Shared } from "./Control";
import { anyOf } from "./typed";

/** Whatever JSON says; what is no JSON is text. */
export function AnyControl({ value, onChange, shared }: ControlProps & { shared: Shared }) {
  const [typed, setTyped] = useState<string | null>(null);
  const said =
    typeof value === "string" ? value : value === undefined ? "" : JSON.stringify(value, null, 2);
  return (
    <textarea
      {...shared}
      rows={Math.min(10, Math.max(2, said.split("\n").length))}
      spellCheck={false}
      value={typed ?? said}
      onChange={(event) => {
        setTyped(event.target.value);
        onChange(anyOf(event.target.value));
      }}
      onBlur={() => setTyped(null)}
    />
  );
}
