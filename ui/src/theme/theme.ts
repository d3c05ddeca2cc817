import {
  type CSSVariablesResolver,
  createTheme,
  defaultVariantColorsResolver,
  type MantineColorsTuple,
  type VariantColorsResolver,
} from "@mantine/core";

/** The accent from light to dark; `tokens.css` has the two shades that are used. */
const water: MantineColorsTuple = [
  "#e3f4f6",
  "#cdeaee",
  "#a3d8df",
  "#74c4cf",
  "#3fb8cb",
  "#2496a8",
  "#16859a",
  "#0b7285",
  "#095f6f",
  "#064b58",
];

/** Greys with water in them, for what Mantine paints in the dark. */
const dark: MantineColorsTuple = [
  "#dfe9ed",
  "#b9c8ce",
  "#9db0b9",
  "#70858f",
  "#415760",
  "#29393f",
  "#18262c",
  "#152126",
  "#0e171b",
  "#0a1115",
];

/** Ink that can be read on what is filled with the accent or with red, in light and in dark. */
const variantColors: VariantColorsResolver = (input) => {
  const found = defaultVariantColorsResolver(input);
  if (input.variant !== "filled") return found;
  const color = input.color ?? input.theme.primaryColor;
  if (color === "water") return { ...found, color: "var(--accent-ink)" };
  if (color === "red") {
    return {
      background: "var(--destroy)",
      hover: "var(--destroy-hover)",
      color: "var(--destroy-ink)",
      border: "1px solid transparent",
    };
  }
  return found;
};

const overlay = { color: "var(--veil)", backgroundOpacity: 1 };

/** What opens over the page at a button and keeps the focus until it is closed. */
export const apart = {
  // Over what cannot be reached meanwhile: no half of a button is left to hit.
  withOverlay: true,
  overlayProps: { backgroundOpacity: 0 },
  // Hidden when its button goes out of sight, it would lose the focus, and Escape with it.
  hideDetached: false,
};

export const theme = createTheme({
  variantColorResolver: variantColors,
  primaryColor: "water",
  primaryShade: { light: 7, dark: 4 },
  colors: { water, dark },
  autoContrast: true,
  fontFamily: "var(--font)",
  fontFamilyMonospace: "var(--mono)",
  headings: { fontFamily: "var(--font)", fontWeight: "650" },
  defaultRadius: "var(--radius-small)",
  cursorType: "pointer",
  respectReducedMotion: true,
  focusRing: "auto",
  components: {
    Button: { defaultProps: { size: "sm" } },
    Modal: {
      defaultProps: {
        closeButtonProps: { "aria-label": "Close" },
        // The second click of a double click on what opens it would be one outside of it.
        closeOnClickOutside: false,
        overlayProps: overlay,
        shadow: "none",
        radius: "var(--radius)",
        centered: true,
      },
    },
    Drawer: {
      defaultProps: {
        closeButtonProps: { "aria-label": "Close" },
        overlayProps: overlay,
        shadow: "var(--shadow-large)",
      },
    },
    Menu: {
      defaultProps: {
        ...apart,
        // What is in a menu is its items: the focus goes to the first, not to nothing before it.
        withInitialFocusPlaceholder: false,
      },
    },
    Tabs: { defaultProps: { variant: "pills" } },
    Tooltip: { defaultProps: { openDelay: 300 } },
  },
});

/** Mantine's own variables, said in ours: one place decides what paper and ink are. */
export const variables: CSSVariablesResolver = () => {
  const shared = {
    "--mantine-color-body": "var(--paper)",
    "--mantine-color-text": "var(--ink)",
    "--mantine-color-dimmed": "var(--muted)",
    "--mantine-color-placeholder": "var(--muted)",
    "--mantine-color-anchor": "var(--accent)",
    "--mantine-color-error": "var(--bad)",
    "--mantine-color-default": "var(--paper)",
    "--mantine-color-default-hover": "var(--sunken)",
    "--mantine-color-default-color": "var(--ink)",
    "--mantine-color-default-border": "var(--line-strong)",
    "--mantine-color-disabled": "var(--sunken)",
    "--mantine-color-disabled-color": "var(--muted)",
    "--mantine-color-disabled-border": "var(--line)",
    "--mantine-primary-color-filled": "var(--accent)",
    "--mantine-primary-color-filled-hover": "var(--accent-hover)",
    "--mantine-primary-color-contrast": "var(--accent-ink)",
    "--mantine-color-water-filled": "var(--accent)",
    "--mantine-color-water-filled-hover": "var(--accent-hover)",
    "--mantine-color-water-light": "var(--accent-soft)",
    "--mantine-color-water-light-hover": "var(--accent-soft)",
    "--mantine-color-water-light-color": "var(--accent)",
    "--mantine-color-water-outline": "var(--accent)",
    // A menu's items take the shade itself.
    "--mantine-color-red-6": "var(--destroy)",
    "--mantine-color-red-text": "var(--destroy)",
    "--mantine-color-red-light-color": "var(--destroy)",
    "--mantine-color-red-light-hover": "var(--destroy-soft)",
    "--mantine-color-red-light": "var(--destroy-soft)",
    "--mantine-color-red-outline": "var(--destroy)",
    "--mantine-color-red-filled": "var(--destroy)",
    "--mantine-color-red-filled-hover": "var(--destroy-hover)",
  };
  return { variables: {}, light: shared, dark: shared };
};
