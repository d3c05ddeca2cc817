import { Popover } from "@mantine/core";
import { apart } from "../theme/theme";

/** A popover that is worked until it is closed: the focus stays in it, and goes back afterwards. */
export const Popup = Popover.withProps({
  ...apart,
  shadow: "md",
  trapFocus: true,
  returnFocus: true,
  withinPortal: true,
});
