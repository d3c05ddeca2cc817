import Offered from "../connections/Offered";
import { isOffered } from "../connections/offers";
import { useDesigner } from "./context";
import { cardAt } from "./document";
import type { Place } from "./Field";
import styles from "./Field.module.css";

interface OfferedNamesProps {
  /** Of the `datalist`, for the input's `list`. */
  id: string;
  kind: string;
  place: Place;
  typed: string;
}

/** The names that a card's connection offers for an input; none where it has no proved one. */
export default function OfferedNames({ id, kind, place, typed }: OfferedNamesProps) {
  const { now, connections } = useDesigner();
  const nickname = cardAt(now(), place.path)?.connection?.toLowerCase();
  const connection = connections.find((each) => each.nickname.toLowerCase() === nickname);
  if (!isOffered(kind) || connection?.status !== "verified") {
    return <datalist id={id} />;
  }
  return (
    <Offered id={id} connection={connection.id} kind={kind} typed={typed} className={styles.help} />
  );
}
