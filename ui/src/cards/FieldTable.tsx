import { Prose } from "../parts";
import { cards } from "../texts";
import styles from "./FieldTable.module.css";
import type { Field } from "./fields";

const texts = cards.card;

/** Fields with their types and what they are; those of an object open in place. */
export function FieldTable({ fields, outputs = false }: { fields: Field[]; outputs?: boolean }) {
  if (!fields.length) return <p className={styles.none}>{texts.none}</p>;
  return (
    <dl className={styles.fields}>
      {fields.map((field) => (
        <div key={field.name}>
          <dt>
            {outputs ? (
              <code className={styles.output}>{field.name}</code>
            ) : (
              <>
                {field.title} <code>{field.name}</code>
              </>
            )}
            {field.required && !outputs && (
              <span className={styles.required}>{texts.required}</span>
            )}
          </dt>
          <dd>
            <span className={styles.type}>{field.type}</span>
            {field.help && (
              <p>
                <Prose text={field.help} />
              </p>
            )}
            {field.choices.length > 0 && (
              <p className={styles.choices}>
                {texts.choices}{" "}
                {field.choices.map((choice) => (
                  <code key={choice}>{choice}</code>
                ))}
              </p>
            )}
            {field.otherwise !== undefined && !outputs && (
              <p className={styles.otherwise}>
                <Prose text={texts.default(`\`${field.otherwise}\``)} />
              </p>
            )}
            {field.fields.length > 0 && (
              <details className={styles.nested}>
                <summary>{texts.fields(field.fields.length)}</summary>
                <FieldTable fields={field.fields} outputs={outputs} />
              </details>
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}
