import { Button, Textarea } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useId, useState } from "react";
import { answer, api, type Schema } from "../api/client";
import { problemOf } from "../api/problem";
import { ProblemView, Prose } from "../parts";
import { Check, Cross, Warning } from "../parts/icons";
import { designer } from "../texts";
import styles from "./Panels.module.css";

interface RoleComparisonProps {
  /** The document as text. */
  text: string;
  /** The nickname whose role is looked at. */
  connection: string;
  /** Whether the flow has other connections too. */
  named: boolean;
}

const texts = designer.needsPanel.role;
const FEW = 8;

/** What the role of a connection has, against what the flow needs of it. */
export function RoleComparison({ text, connection, named }: RoleComparisonProps) {
  const [pasting, setPasting] = useState(false);
  const [pasted, setPasted] = useState("");
  const heading = useId();
  const compare = useMutation({
    mutationFn: async (policy: string | null) => {
      const against = {
        documents: policy === null ? [] : [{ document: policy }],
        managed: [],
        role: policy === null,
      };
      const body = { flows: [], texts: [text], cards: [], form: "json" as const, connection };
      const found = await answer(api.POST("/api/v1/policies/for", { body: { ...body, against } }));
      return { text, comparison: found.comparison };
    },
    // Whoever may not ask AWS can still give what it would say.
    onError: (error) => setPasting(problemOf(error).code === "access_denied" || pasting),
  });
  const found = compare.data?.text === text ? compare.data.comparison : undefined;
  return (
    <section className={styles.role} aria-labelledby={heading}>
      <h3 id={heading} className={styles.subtitle}>
        {named ? texts.titleOf(connection) : texts.title}
      </h3>
      <div className={styles.ahead}>
        <Button
          size="compact-sm"
          variant="default"
          loading={compare.isPending && compare.variables === null}
          onClick={() => compare.mutate(null)}
        >
          {texts.compare}
        </Button>
        <Button
          size="compact-sm"
          variant="subtle"
          aria-expanded={pasting}
          onClick={() => setPasting(!pasting)}
        >
          {texts.paste}
        </Button>
      </div>
      {compare.error && <ProblemView error={compare.error} />}
      {pasting && (
        <>
          <Textarea
            size="xs"
            label={texts.pastedLabel}
            description={texts.pastedHelp}
            autosize
            minRows={3}
            maxRows={12}
            spellCheck={false}
            value={pasted}
            onChange={(event) => setPasted(event.currentTarget.value)}
          />
          <Button
            size="compact-sm"
            variant="default"
            loading={compare.isPending && compare.variables !== null}
            disabled={!pasted.trim()}
            onClick={() => compare.mutate(pasted)}
          >
            {texts.comparePasted}
          </Button>
        </>
      )}
      <div role="status">{found && <Found comparison={found} />}</div>
    </section>
  );
}

function Found({ comparison }: { comparison: Schema<"PolicyComparison"> }) {
  const { just_right, too_little, too_much, notes } = comparison;
  return (
    <>
      {just_right && (
        <p className={styles.verdictLine} data-verdict="allowed">
          <Check size={13} /> {texts.justRight}
        </p>
      )}
      {too_little.length > 0 && (
        <Part
          verdict="denied"
          title={texts.tooLittle}
          lines={[...too_little]
            .sort((one, other) => Number(one.optional) - Number(other.optional))
            .map((each) => ({
              key: `${each.action} ${each.resource} ${each.when}`,
              code: each.action,
              on: each.resource,
              optional: each.optional,
              // That nothing allows it is said by the title already.
              said: [each.statements.length ? each.reason : "", each.without ?? ""]
                .filter(Boolean)
                .join(" "),
            }))}
        />
      )}
      {!just_right && !too_little.length && (
        <p className={styles.verdictLine} data-verdict="allowed">
          <Check size={13} /> {texts.enough}
        </p>
      )}
      {too_much.length > 0 && (
        <Part
          verdict="unknown"
          title={texts.tooMuch}
          help={texts.tooMuchHelp}
          lines={too_much.map((each, index) => ({
            key: `${index}`,
            code: each.actions.join(" "),
            said: each.reason,
          }))}
        />
      )}
      {notes.map((note) => (
        <p key={note} className={styles.help}>
          <Prose text={note} />
        </p>
      ))}
    </>
  );
}

interface PartProps {
  verdict: "denied" | "unknown";
  title: string;
  help?: string;
  lines: { key: string; code: string; on?: string; said: string; optional?: boolean }[];
}

function Part({ verdict, title, help, lines }: PartProps) {
  const [all, setAll] = useState(false);
  const Sign = verdict === "denied" ? Cross : Warning;
  const shown = all ? lines : lines.slice(0, FEW);
  return (
    <section className={styles.statement} data-verdict={verdict} aria-label={title}>
      <div className={styles.verdictLine}>
        <Sign size={13} /> <b>{title}</b>
      </div>
      {help && <p className={styles.help}>{help}</p>}
      <ul className={styles.lines}>
        {shown.map((each) => (
          <li key={each.key}>
            <code
              className={each.optional ? styles.optional : undefined}
              title={each.optional ? designer.needsPanel.optional : undefined}
            >
              {each.code}
            </code>
            {each.on && <div className={styles.resource}>{each.on}</div>}
            {each.said && (
              <p className={styles.reason}>
                <Prose text={each.said} />
              </p>
            )}
          </li>
        ))}
      </ul>
      {lines.length > shown.length && (
        <button type="button" className={styles.jump} onClick={() => setAll(true)}>
          {texts.more(lines.length - shown.length)}
        </button>
      )}
    </section>
  );
}
