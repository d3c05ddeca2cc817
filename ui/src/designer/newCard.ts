import type { CardDetail, Connection } from "../api/client";
import { type CardPath, type CardUse, earlierCards, type FlowDocument, idFor } from "./document";

/** The card that is added: with the connection that earlier cards use, or the only one there is. */
export function newCard(
  detail: CardDetail,
  document: FlowDocument,
  path: CardPath,
  connections: readonly Connection[],
): CardUse {
  const use: CardUse = { id: idFor(detail.id), card: detail.id };
  if (detail.needs_connection) {
    const before = earlierCards(document, path).findLast((each) => each.connection);
    const verified = connections.filter((each) => each.status === "verified");
    const connection =
      before?.connection ?? (verified.length === 1 ? verified[0]?.nickname : undefined);
    if (connection) use.connection = connection;
  }
  return use;
}
