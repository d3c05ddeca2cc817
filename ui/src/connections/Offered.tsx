import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { ApiProblem } from "../api/problem";
import { capabilities as texts } from "../texts/capabilities";
import { type Offers, offered } from "./offers";

interface OfferedProps {
  /** Of the `datalist`, for the input's `list`. */
  id: string;
  /** A connection by nickname or id. */
  connection: string;
  kind: Offers;
  /** What is typed already. */
  typed: string;
  className?: string;
}

/** The names that a connection can list, under an input in which any other can be typed as well. */
export default function Offered({ id, connection, kind, typed, className }: OfferedProps) {
  const all = useQuery(offered(connection, kind, ""));
  const [prefix] = useDebouncedValue(typed.trim(), 300);
  // Where there are too many for one answer, those that begin as what is typed.
  const narrowed = useQuery({
    ...offered(connection, kind, prefix),
    enabled: all.data?.complete === false && prefix !== "",
  });
  const found = narrowed.data ?? all.data;
  const { error } = all;
  const said = error
    ? error instanceof ApiProblem && error.problem.code === "access_denied"
      ? texts.notListed
      : texts.notAsked
    : found?.complete === false
      ? texts.more
      : null;
  return (
    <>
      <datalist id={id}>
        {found?.names?.map((name) => (
          <option key={name}>{name}</option>
        ))}
      </datalist>
      {said && (
        <div className={className} role="status">
          {said}
        </div>
      )}
    </>
  );
}
