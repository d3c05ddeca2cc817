import { useQueries, useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { cardList, card as cardQuery } from "../api/queries";
import { mapping } from "../texts/mapping";
import { useDesigner } from "./context";
import { cardAt, changeCard, everyCard, type FlowDocument, freeId, idFor } from "./document";
import styles from "./Fallback.module.css";
import type { Place } from "./Field";
import { chip, type Reference, write } from "./mapping";
import type { Schema } from "./shape";
import { withValue } from "./targets";

const texts = mapping.list;

/** A card that does what is inside of it with each item of a list. */
interface Loop {
  id: string;
  title: string;
  /** The input that takes the list, the block, and what an item is called inside of it. */
  input: string;
  block: string;
  item: string;
}

interface ListOfferProps {
  name: string;
  reference: Reference;
  place: Place;
  /** Names that lead to the input; null inside a list, where a card cannot be put around it. */
  input: readonly string[] | null;
  onFirst: () => void;
  onClose: () => void;
}

/** A list has come where one value goes: what can be done about it. */
export function ListOffer({ name, reference, place, input, onFirst, onClose }: ListOfferProps) {
  const { edit, focusCard, announce } = useDesigner();
  const loops = useLoops();
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => element.current?.querySelector("button")?.focus(), []);
  const wrap = (loop: Loop) => {
    let id = "";
    edit((document) => {
      const made = wrapped(document, place, loop, reference, input ?? []);
      id = made.id;
      return made.document;
    });
    onClose();
    announce(texts.wrapped(loop.title, id));
    focusCard(place.cardId);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: an offer, and no fields
    <div
      ref={element}
      className={styles.offer}
      role="group"
      aria-label={texts.label(name)}
      onKeyDown={(event) => event.key === "Escape" && onClose()}
    >
      <p>{texts.text(chip(reference), name)}</p>
      <button type="button" onClick={onFirst}>
        {texts.first}
      </button>
      {input &&
        loops.map((loop) => (
          <button key={loop.id} type="button" onClick={() => wrap(loop)}>
            {texts.each(loop.title)}
          </button>
        ))}
      <button type="button" onClick={onClose}>
        {texts.cancel}
      </button>
    </div>
  );
}

/** The cards of the catalog that go through a list, found by what they declare. */
function useLoops(): Loop[] {
  const { data: cards = [] } = useQuery(cardList);
  const holding = cards.filter((each) => each.holds);
  const found = useQueries({ queries: holding.map(({ id }) => cardQuery(id)) });
  return found.flatMap(({ data }) =>
    (data?.blocks ?? []).flatMap((block) => {
      const given = Object.entries((block.gives as Schema | null)?.properties ?? {});
      const item = given.find(([, schema]) => schema["x-penstock-item-of"]);
      const input = item?.[1]["x-penstock-item-of"];
      if (!data || !block.repeated || !item || !input) return [];
      return [{ id: data.id, title: data.title, input, block: block.name, item: item[0] }];
    }),
  );
}

/** The card put inside a new one that goes through the list; its input is each item. */
export function wrapped(
  document: FlowDocument,
  place: Pick<Place, "path">,
  loop: Loop,
  reference: Reference,
  input: readonly string[],
): { document: FlowDocument; id: string } {
  const taken = new Set(everyCard(document.cards).map(({ use }) => use.id));
  const id = freeId(idFor(loop.id), taken);
  if (!cardAt(document, place.path)) return { document, id };
  const changed = changeCard(document, place.path, (use) => {
    const inputs = withValue(use.inputs ?? {}, input, write({ root: id, path: [loop.item] }));
    return {
      id,
      card: loop.id,
      inputs: { [loop.input]: write(reference) },
      blocks: { [loop.block]: [{ ...use, inputs }] },
    };
  });
  return { document: changed, id };
}
