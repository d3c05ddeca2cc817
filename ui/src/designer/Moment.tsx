import type { ControlProps, Shared } from "./Control";
import { localOf } from "./typed";

/** A moment in time: shown in this browser's time zone, kept in UTC. */
export function Moment({ value, onChange, shared }: ControlProps & { shared: Shared }) {
  return (
    <input
      {...shared}
      type="datetime-local"
      step={1}
      value={localOf(value)}
      onChange={(event) => {
        const typed = new Date(event.target.value);
        onChange(
          event.target.value && !Number.isNaN(typed.getTime())
            ? typed.toISOString().replace(".000Z", "Z")
            : undefined,
        );
      }}
    />
  );
}
