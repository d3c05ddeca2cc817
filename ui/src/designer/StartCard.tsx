import { memo, useMemo, useState } from "react";
import { Name, Prose } from "../parts";
import { Play, Plus, Warning } from "../parts/icons";
import { designer } from "../texts";
import styles from "./Card.module.css";
import { useDesigner } from "./context";
import {
  CARD_ID,
  type FlowDocument,
  type FlowInput,
  renameStartInput,
  setStartInputs,
} from "./document";
import type { Found } from "./editing";
import fields from "./Field.module.css";
import { Outputs } from "./Outputs";
import { startShape } from "./scope";
import { anyOf, numberOf } from "./typed";

interface StartCardProps {
  title: string | null | undefined;
  description: string | null | undefined;
  start: FlowDocument["start"];
  flow: string;
  problems: readonly Found[];
  used: ReadonlySet<string>;
}

const texts = designer.start;

/** The card that a flow begins with: what it is called, and what it asks for. */
export const StartCard = memo(function StartCard(props: StartCardProps) {
  const { title, description, start, flow, problems, used } = props;
  const { edit } = useDesigner();
  const [open, setOpen] = useState<string | null>(null);
  const inputs = useMemo(() => start?.inputs ?? {}, [start]);
  const shape = useMemo(() => startShape({ flow, start }), [flow, start]);
  const set = (change: Partial<FlowDocument>, key: string) =>
    edit((document) => {
      const changed = { ...document, ...change };
      if (!changed.title) delete changed.title;
      if (!changed.description) delete changed.description;
      return changed;
    }, key);
  return (
    <article
      className={styles.card}
      data-effect="pure"
      id="card-start"
      tabIndex={-1}
      aria-labelledby="title-start"
    >
      <div className={styles.top}>
        <span className={styles.glyph}>
          <Play size={14} />
        </span>
        <div className={styles.names}>
          <h3 id="title-start" className={styles.title}>
            {texts.title}
          </h3>
          <p className={styles.sentence}>
            <Prose text={texts.byHand} />
          </p>
        </div>
      </div>
      <div className={styles.inputs}>
        <label className={fields.field}>
          <span className={fields.label}>{texts.flowTitle}</span>
          <input
            className={fields.input}
            value={title ?? ""}
            placeholder={flow}
            dir="auto"
            onChange={(event) => set({ title: event.target.value }, "title")}
          />
        </label>
        <label className={fields.field}>
          <span className={fields.label}>{texts.description}</span>
          <textarea
            className={fields.input}
            rows={2}
            value={description ?? ""}
            dir="auto"
            onChange={(event) => set({ description: event.target.value }, "description")}
          />
        </label>
        {problems.map((each) => (
          <p
            key={`${each.pointer} ${each.code}`}
            className={styles.problem}
            data-severity={each.severity}
          >
            <Warning size={13} />
            <span>
              <Prose text={each.message} /> {each.hint && <Prose text={each.hint} />}
            </span>
          </p>
        ))}
        <h4 className={styles.heading}>{texts.inputs}</h4>
        {!Object.keys(inputs).length && <p className={styles.quiet}>{texts.noInputs}</p>}
        {Object.entries(inputs).map(([name, input]) =>
          open === name ? (
            <InputForm
              key="open"
              name={name}
              input={input}
              taken={Object.keys(inputs)}
              onRenamed={setOpen}
              onDone={() => setOpen(null)}
            />
          ) : (
            <button key={name} type="button" className={styles.input} onClick={() => setOpen(name)}>
              <b>
                <Name>{input.title || name}</Name>
              </b>
              <span className={styles.hidden}>{texts.change}</span>
              <span className={styles.quiet}>
                {texts.types[input.type ?? "text"]}
                {input.required === false && `, ${texts.optional}`}
                {input.default !== undefined && input.default !== null && (
                  <>
                    {" = "}
                    <Name>{said(input.default)}</Name>
                  </>
                )}
              </span>
            </button>
          ),
        )}
        <button
          type="button"
          className={fields.add}
          onClick={() => {
            let name = "value";
            for (let count = 2; name in inputs; count += 1) name = `value_${count}`;
            edit((document) =>
              setStartInputs(document, { ...document.start?.inputs, [name]: { type: "text" } }),
            );
            setOpen(name);
          }}
        >
          <Plus size={12} /> {texts.addInput}
        </button>
      </div>
      {Object.keys(inputs).length > 0 && (
        <Outputs
          root="start"
          shape={shape}
          used={used}
          label={`${designer.card.outputs} of ${texts.title}`}
        />
      )}
    </article>
  );
});

interface InputFormProps {
  name: string;
  input: FlowInput;
  taken: readonly string[];
  onRenamed: (name: string) => void;
  onDone: () => void;
}

function InputForm({ name, input, taken, onRenamed, onDone }: InputFormProps) {
  const { edit } = useDesigner();
  const [typed, setTyped] = useState(name);
  const wrong = !CARD_ID.test(typed)
    ? texts.nameWrong
    : typed !== name && taken.includes(typed)
      ? texts.nameTaken
      : null;
  const set = (change: Partial<FlowInput>) =>
    edit((document) => {
      const inputs = document.start?.inputs ?? {};
      const changed: Record<string, unknown> = { ...inputs[name], ...change };
      for (const [key, value] of Object.entries(changed)) {
        if (value === undefined || value === "") delete changed[key];
      }
      return setStartInputs(document, { ...inputs, [name]: changed as FlowInput });
    }, `start ${name}`);
  const settle = () => {
    if (wrong || typed === name) {
      setTyped(name);
      return;
    }
    edit((document) => renameStartInput(document, name, typed));
    onRenamed(typed);
  };
  return (
    <fieldset className={styles.inputForm} aria-label={texts.edit(name)}>
      <label className={fields.field}>
        <span className={fields.label}>{texts.name}</span>
        <input
          className={fields.input}
          value={typed}
          spellCheck={false}
          // biome-ignore lint/a11y/noAutofocus: it was just opened
          autoFocus
          onFocus={(event) => event.target.select()}
          aria-invalid={wrong ? true : undefined}
          onChange={(event) => setTyped(event.target.value)}
          onBlur={settle}
          onKeyDown={(event) => event.key === "Enter" && settle()}
        />
        {wrong && <span className={fields.problem}>{wrong}</span>}
      </label>
      <label className={fields.field}>
        <span className={fields.label}>{texts.type}</span>
        <select
          className={fields.input}
          aria-label={texts.type}
          value={input.type ?? "text"}
          onChange={(event) => {
            const type = event.target.value;
            // A file cannot be secret: the run keeps it.
            const secret = type === "file" ? undefined : input.secret;
            set({ type, secret, default: undefined });
          }}
        >
          {Object.entries(texts.types).map(([type, label]) => (
            <option key={type} value={type}>
              {label}
            </option>
          ))}
        </select>
      </label>
      <label className={fields.field}>
        <span className={fields.label}>{texts.label}</span>
        <input
          className={fields.input}
          value={input.title ?? ""}
          onChange={(event) => set({ title: event.target.value })}
        />
      </label>
      <label className={fields.field}>
        <span className={fields.label}>{texts.help}</span>
        <input
          className={fields.input}
          value={input.help ?? ""}
          onChange={(event) => set({ help: event.target.value })}
        />
      </label>
      {!input.secret && input.type !== "file" && (
        <label className={fields.field}>
          <span className={fields.label}>{texts.default}</span>
          <input
            className={fields.input}
            value={input.default === undefined || input.default === null ? "" : said(input.default)}
            onChange={(event) => set({ default: defaultOf(input.type, event.target.value) })}
          />
        </label>
      )}
      <label className={styles.check}>
        <input
          type="checkbox"
          checked={input.required !== false}
          onChange={(event) => set({ required: event.target.checked ? undefined : false })}
        />
        {texts.required}
      </label>
      {(input.secret || input.type !== "file") && (
        <label className={styles.check}>
          <input
            type="checkbox"
            checked={input.secret === true}
            onChange={(event) =>
              set({ secret: event.target.checked || undefined, default: undefined })
            }
          />
          {texts.secret}
        </label>
      )}
      <div className={styles.row}>
        <button type="button" className={fields.add} onClick={onDone}>
          {texts.done}
        </button>
        <button
          type="button"
          className={fields.add}
          aria-label={texts.remove(name)}
          onClick={() => {
            onDone();
            edit((document) => {
              const { [name]: _, ...rest } = document.start?.inputs ?? {};
              return setStartInputs(document, rest);
            });
          }}
        >
          {designer.card.remove}
        </button>
      </div>
    </fieldset>
  );
}

function said(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function defaultOf(type: string | undefined, typed: string): unknown {
  if (type === "number") return numberOf(typed);
  if (type === "boolean")
    return typed === "true" ? true : typed === "false" ? false : typed || undefined;
  if (type === "object" || type === "list") return anyOf(typed);
  return typed || undefined;
}
