import type { Connection } from "../api/client";
import { keys, queryClient } from "../api/queries";
import { NewConnection } from "../connections/NewConnection";
import { useDesigner } from "./context";
import { changeCard, everyCard, type Placed } from "./document";

interface CardConnectionProps {
  /** The id of the card that it is made for; none while none is made. */
  cardId: string | null;
  cards: readonly Placed[];
  /** The flow's text, whose needs the policy is to meet. */
  text: string;
  onClose: () => void;
}

/** A new connection, made from a card: it is back on the card, and the card has it. */
export function CardConnection({ cardId, cards, text, onClose }: CardConnectionProps) {
  const { edit, catalog, focusCard } = useDesigner();
  const forCard = cardId === null ? undefined : cards.find(({ use }) => use.id === cardId)?.use;
  const connected = (connection: Connection) => {
    onClose();
    queryClient.invalidateQueries({ queryKey: keys.connections });
    if (!cardId) return;
    edit((was) => {
      const found = everyCard(was.cards).find(({ use }) => use.id === cardId);
      return found
        ? changeCard(was, found.path, (use) => ({ ...use, connection: connection.nickname }))
        : was;
    });
    focusCard(cardId);
  };
  return (
    <NewConnection
      opened={cardId !== null}
      onClose={() => {
        onClose();
        if (cardId) focusCard(cardId);
      }}
      onDone={connected}
      forCard={forCard && catalog.get(forCard.card)?.title}
      flow={{ text }}
    />
  );
}
