import { useMemo } from "react";
import { designer } from "../texts";
import { mapping } from "../texts/mapping";
import { Chooser } from "./Chooser";
import { useDesigner } from "./context";
import type { Place } from "./Field";
import type { Field as Model } from "./form";
import { type Source, scopeAt } from "./scope";
import { type Fit, fitOf, type Shape, said } from "./shape";

const texts = designer.pick;

interface PickValueProps {
  name: string;
  field: Model;
  place: Place;
  onPick: (source: Source) => void;
}

/** Everything that has a value where the input stands, to pick one of. */
export function PickValue({ name, field, place, onPick }: PickValueProps) {
  const { now, catalog } = useDesigner();
  const { groups, sources } = useMemo(() => {
    const scope = scopeAt(now(), place.path, catalog, {
      start: designer.start.title,
      run: texts.run,
    });
    const fits = new Map<Shape, Fit>();
    const sources: Source[] = [];
    const wanted = said(field.shape);
    const groups = scope.map((group) => ({
      title: group.title,
      options: group.sources.map((source) => {
        // Cards of one kind share the shapes of what they give.
        const known = fits.get(source.shape) ?? fitOf(source.shape, field.shape);
        fits.set(source.shape, known);
        const is = said(source.shape);
        return {
          key: String(sources.push(source) - 1),
          label: source.label,
          trail: source.trail,
          detail:
            known === "maybe" ? texts.maybe : known === "each" ? mapping.list.option : source.help,
          aside: is,
          depth: source.depth,
          refused: known === "no" ? texts.wrong(is, wanted) : undefined,
        };
      }),
    }));
    return { groups, sources };
  }, [now, place.path, catalog, field.shape]);
  return (
    <Chooser
      label={texts.title(name)}
      hint={texts.hint}
      none={texts.none}
      groups={groups}
      onChoose={(key) => {
        const found = sources[Number(key)];
        if (found) onPick(found);
      }}
    />
  );
}
