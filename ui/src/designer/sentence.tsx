import type { ReactNode } from "react";
import type { CardDetail } from "../api/client";
import { Name } from "../parts";
import { parseText, shortChip } from "./mapping";

/** What a card will do, in one sentence with the values it has: "Search objects in **logs**". */
export function sentence(card: CardDetail, inputs: Record<string, unknown>): ReactNode {
  const verb = card.title.charAt(0) + card.title.slice(1).toLowerCase();
  const from = place(inputs.source);
  const to = place(inputs.destination);
  if (from && to) {
    return (
      <>
        {verb} {from} to {to}
      </>
    );
  }
  const bucket = words(inputs.bucket);
  const key = words(inputs.key);
  const prefix = words(inputs.prefix);
  if (!bucket && !key && !prefix) return card.summary;
  return (
    <>
      {verb}
      {key && <> {key}</>}
      {bucket &&
        (key ? (
          <> in {bucket}</>
        ) : card.title.endsWith("Bucket") ? (
          <> {bucket}</>
        ) : (
          <> in {bucket}</>
        ))}
      {prefix && <> under {prefix}</>}
    </>
  );
}

function place(value: unknown): ReactNode {
  if (typeof value !== "object" || value === null) return null;
  const { bucket, key } = value as Record<string, unknown>;
  const [said, within] = [words(key), words(bucket)];
  if (!said && !within) return null;
  return (
    <>
      {said}
      {said && within && " in "}
      {within}
    </>
  );
}

function words(value: unknown): ReactNode {
  if (typeof value !== "string" || !value) return null;
  const said = (parseText(value) ?? [value])
    .map((part) => (typeof part === "string" ? part : shortChip(part.reference)))
    .join("");
  return (
    <b>
      <Name most={600}>{said}</Name>
    </b>
  );
}
