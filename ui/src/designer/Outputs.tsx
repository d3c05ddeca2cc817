import { Popover } from "@mantine/core";
import { useMemo, useState } from "react";
import { Chevron } from "../parts/icons";
import { designer } from "../texts";
import { Chooser } from "./Chooser";
import { useDesigner } from "./context";
import { type CardPath, cardAt, changeCard } from "./document";
import { begin, end, give } from "./drag";
import { Grip } from "./icons";
import { chip, isMapped, loneReference, write } from "./mapping";
import styles from "./Outputs.module.css";
import { Popup } from "./Popup";
import { nameOf, SELDOM, type Source, sourcesOf } from "./scope";
import { fitOf, isNullable, kindOfShape, type Shape, said } from "./shape";
import { targetsAfter, withValue } from "./targets";

interface OutputsProps {
  root: string;
  shape: Shape;
  /** What later cards use: shown even where it may be missing. */
  used: ReadonlySet<string>;
  label: string;
  /** The block inside which alone these have a value. */
  within?: CardPath;
}

const FEW = 4;
const texts = designer.card;

/** What a card gives, to be dragged onto an input or used by keyboard. */
export function Outputs({ root, shape, used, label, within }: OutputsProps) {
  const [open, setOpen] = useState(false);
  const all = useMemo(
    () => sourcesOf(root, shape).filter(({ depth }) => depth === 0),
    [root, shape],
  );
  const usual = all
    .filter((each) => !isNullable(each.shape) && !SELDOM.has(each.label))
    .slice(0, FEW);
  const few = all.filter(
    (each) => usual.includes(each) || used.has(String(each.reference.path[0])),
  );
  const shown = open || all.length <= FEW || !few.length ? all : few;
  return (
    <section className={styles.outputs} aria-label={label}>
      <ul>
        {shown.map((source) => (
          <Output key={write(source.reference)} source={source} within={within} />
        ))}
      </ul>
      {all.length > shown.length || open ? (
        <button
          type="button"
          className={styles.more}
          aria-expanded={open}
          onClick={() => setOpen(!open)}
        >
          {open ? texts.fewerOutputs : texts.moreOutputs(all.length - shown.length)}
        </button>
      ) : null}
    </section>
  );
}

/** One output; those inside it when it is opened. */
function Output({ source, within }: { source: Source; within?: CardPath }) {
  const [open, setOpen] = useState(false);
  const { root, path } = source.reference;
  const inner = useMemo(() => {
    if (!open) return [];
    const all = sourcesOf(root, wrapped(path, source.shape));
    return all
      .filter(({ depth }) => depth > 0)
      .map((each) => ({
        ...each,
        reference: { root, path: [...path, ...each.reference.path.slice(1)] },
      }));
  }, [open, root, path, source.shape]);
  const holds = ["list", "object", "file"].includes(kindOfShape(source.shape));
  return (
    <li>
      <Row source={source} within={within}>
        {holds && (
          <button
            type="button"
            className={styles.open}
            aria-expanded={open}
            aria-label={`${source.label}: ${said(source.shape)}`}
            onClick={() => setOpen(!open)}
          >
            <Chevron size={11} />
          </button>
        )}
      </Row>
      {inner.length > 0 && (
        <ul>
          {inner.map((each) => (
            <li key={write(each.reference)} data-depth={each.depth}>
              <Row source={each} within={within} />
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}

function wrapped(path: Source["reference"]["path"], shape: Shape): Shape {
  const name = String(path.at(-1));
  const [first] = shape.alternatives;
  return {
    alternatives: [
      {
        type: "object",
        properties: {
          [name]:
            shape.alternatives.length > 1 ? { anyOf: [...shape.alternatives] } : (first ?? {}),
        },
      },
    ],
    root: shape.root,
  };
}

interface RowProps {
  source: Source;
  within?: CardPath;
  children?: React.ReactNode;
}

function Row({ source, within, children }: RowProps) {
  const [using, setUsing] = useState(false);
  const name = nameOf(source.reference);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the button in it does the same
    <div
      className={styles.row}
      title={source.help}
      draggable
      onDragStart={(event) => {
        // Not as text: what does not fit a field must not be dropped into it as letters.
        event.dataTransfer.setData("application/x-penstock", write(source.reference));
        event.dataTransfer.effectAllowed = "all";
        begin({ reference: source.reference, shape: source.shape, within });
      }}
      onDragEnd={end}
    >
      <Grip size={12} />
      <span className={styles.name}>{source.label}</span>
      {children}
      <span className={styles.space} />
      <span className={styles.type} data-kind={kindOfShape(source.shape)}>
        {said(source.shape)}
      </span>
      <Popup opened={using} onChange={setUsing} position="bottom-start">
        <Popover.Target>
          <button
            type="button"
            className={styles.use}
            aria-label={designer.use.button(name)}
            onClick={() => setUsing(!using)}
          >
            {designer.use.short}
          </button>
        </Popover.Target>
        <Popover.Dropdown p={0} aria-label={designer.use.title(name)}>
          {using && <UseIn source={source} within={within} onUsed={() => setUsing(false)} />}
        </Popover.Dropdown>
      </Popup>
    </div>
  );
}

interface UseInProps {
  source: Source;
  within?: CardPath;
  onUsed: () => void;
}

function UseIn({ source, within, onUsed }: UseInProps) {
  const { now, catalog, edit, announce, kept } = useDesigner();
  const groups = useMemo(
    () => targetsAfter(now(), source.reference.root, catalog, within),
    [now, catalog, source.reference.root, within],
  );
  const name = nameOf(source.reference);
  const keyOf = (group: number, index: number) => `t${group}_${index}`;
  return (
    <Chooser
      label={designer.use.title(name)}
      hint={designer.use.hint}
      none={designer.use.none}
      groups={groups.map((group, at) => ({
        title: group.title,
        options: group.targets.map((target, index) => {
          const lone = loneReference(target.value);
          const fits = fitOf(source.shape, target.field.shape);
          return {
            key: keyOf(at, index),
            label: target.label,
            detail: lone
              ? chip(lone)
              : typeof target.value === "string"
                ? target.value
                : target.field.required && target.value === undefined
                  ? designer.use.fills
                  : undefined,
            aside: said(target.field.shape),
            refused:
              fits === "no"
                ? designer.pick.wrong(said(source.shape), said(target.field.shape))
                : undefined,
          };
        }),
      }))}
      onChoose={(key) => {
        const at = groups.findIndex((group, index) =>
          group.targets.some((_, each) => keyOf(index, each) === key),
        );
        const target = groups[at]?.targets.find((_, each) => keyOf(at, each) === key);
        if (!target) return;
        const { reference, shape } = source;
        if (fitOf(shape, target.field.shape) === "each") {
          const use = cardAt(now(), target.path);
          onUsed();
          if (use) give([use.id, ...target.input].join("/"), { reference, shape, within });
          return;
        }
        edit((document) =>
          changeCard(document, target.path, (use) => {
            if (target.value !== undefined && !isMapped(target.value)) {
              const place = `${use.id}/${target.input.join("/")}`;
              kept.set(place, { ...kept.get(place), fixed: target.value });
            }
            return {
              ...use,
              inputs: withValue(use.inputs ?? {}, target.input, write(source.reference)),
            };
          }),
        );
        announce(designer.pick.replaced(target.label, chip(source.reference)));
        onUsed();
      }}
    />
  );
}
