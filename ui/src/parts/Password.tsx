import "@mantine/core/styles/PasswordInput.layer.css";
import { PasswordInput, type PasswordInputProps } from "@mantine/core";
import { shell } from "../texts";

/**
 * A field for a secret. Mantine's tells nobody but the eye that it is wrong, and shows what was
 * typed for the mouse alone.
 */
export function Password(props: PasswordInputProps) {
  return (
    <PasswordInput
      aria-invalid={props.error ? true : undefined}
      visibilityToggleFocusable
      visibilityToggleButtonProps={{ "aria-label": shell.showTyped }}
      {...props}
    />
  );
}
