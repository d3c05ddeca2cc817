import { designer } from "../texts";
import type { ControlProps, Shared } from "./Control";
import type { Field as Model } from "./form";

const texts = designer.field;
type ChoiceProps = ControlProps & { shared: Shared };

/** Yes or no. */
export function YesOrNo({ field, value, onChange, shared }: ChoiceProps) {
  return (
    <select
      {...shared}
      value={value === undefined || value === null ? "" : String(value)}
      onChange={(event) =>
        onChange(event.target.value === "" ? undefined : event.target.value === "true")
      }
    >
      <option value="">{unset(field)}</option>
      <option value="true">{texts.yes}</option>
      <option value="false">{texts.no}</option>
    </select>
  );
}

/** One of a few. */
export function Choice({ field, control, value, onChange, shared }: ChoiceProps) {
  const options = control.options ?? [];
  const at = options.indexOf(value);
  return (
    <select
      {...shared}
      value={at}
      onChange={(event) => onChange(options[Number(event.target.value)])}
    >
      {(at < 0 || !field.required) && <option value={-1}>{unset(field)}</option>}
      {options.map((option, index) => (
        <option key={String(option)} value={index}>
          {String(option)}
        </option>
      ))}
    </select>
  );
}

/** What a control says while there is no value: the one that is taken then. */
export function unset(field: Model): string {
  const { default: value } = field;
  return value === undefined || value === null ? texts.unset : texts.unsetDefault(String(value));
}
