import type { RefObject } from "react";
import { Choice, unset, YesOrNo } from "./Choices";
import type { Found } from "./editing";
import type { Place } from "./Field";
import styles from "./Field.module.css";
import { GroupControl } from "./Fields";
import type { Control, Field as Model } from "./form";
import { AnyControl } from "./Json";
import { ListControl, PairsControl } from "./Lists";
import { Moment } from "./Moment";
import { isMapped } from "./mapping";
import { TemplateInput } from "./Template";
import { localOf, numberOf } from "./typed";

export interface ControlProps {
  field: Model;
  control: Control;
  id: string;
  name: string;
  value: unknown;
  onChange: (value: unknown) => void;
  place: Place;
  pointer: string;
  problems: readonly Found[];
  invalid: boolean;
  describedBy?: string;
  caret: RefObject<number | null>;
  /** A chip was clicked. */
  onChip: () => void;
}

/** What the element that is written in has in every kind of control. */
export interface Shared {
  id: string;
  className: string | undefined;
  "aria-invalid": true | undefined;
  "aria-describedby": string | undefined;
  "aria-required": true | undefined;
}

/** The control that edits one kind of value. */
export function ControlView(props: ControlProps) {
  const { control, value, onChange, id, field, invalid, describedBy } = props;
  const shared: Shared = {
    id,
    className: styles.input,
    "aria-invalid": invalid || undefined,
    "aria-describedby": describedBy,
    "aria-required": field.required || undefined,
  };
  switch (control.kind) {
    case "boolean":
      return <YesOrNo {...props} shared={shared} />;
    case "choice":
      return <Choice {...props} shared={shared} />;
    case "number":
      return (
        <input
          {...shared}
          inputMode={control.integer ? "numeric" : "decimal"}
          value={value === undefined || value === null ? "" : String(value)}
          placeholder={unset(field)}
          autoComplete="off"
          onChange={(event) => onChange(numberOf(event.target.value))}
        />
      );
    case "date-time":
      return typeof value === "string" && value && !localOf(value) ? (
        <TemplateInput {...props} shared={shared} />
      ) : (
        <Moment {...props} shared={shared} />
      );
    case "secret":
      return (
        <input
          {...shared}
          type={isMapped(value) ? "text" : "password"}
          autoComplete="new-password"
          value={typeof value === "string" ? value : ""}
          onChange={(event) => onChange(event.target.value || undefined)}
        />
      );
    case "list":
      return <ListControl {...props} />;
    case "pairs":
      return <PairsControl {...props} />;
    case "group":
      return <GroupControl {...props} />;
    case "any":
      return <AnyControl {...props} shared={shared} />;
    default:
      return <TemplateInput {...props} shared={shared} />;
  }
}
