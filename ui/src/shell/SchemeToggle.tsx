import { ActionIcon, useComputedColorScheme, useMantineColorScheme } from "@mantine/core";
import { Moon, Sun } from "../parts/icons";
import { shell } from "../texts";

/** From light to dark and back; Settings has "as the system" as well. */
export function SchemeToggle() {
  const { setColorScheme } = useMantineColorScheme();
  const shown = useComputedColorScheme("light");
  const other = shown === "dark" ? "light" : "dark";
  const Other = other === "dark" ? Moon : Sun;
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      size={32}
      aria-label={shell.scheme.to[other]}
      title={shell.scheme.to[other]}
      onClick={() => setColorScheme(other)}
    >
      <Other />
    </ActionIcon>
  );
}
