import { useEffect, useRef } from "react";

interface Shortcuts {
  save: () => void;
  undo: () => void;
  redo: () => void;
  jump: () => void;
}

/** Ctrl, or Cmd on a Mac, with S, Z, Shift Z or Y, and K: wherever the focus is. */
export function useShortcuts(shortcuts: Shortcuts) {
  const latest = useRef(shortcuts);
  latest.current = shortcuts;
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
      const key = event.key.toLowerCase();
      if (key === "s") latest.current.save();
      else if (key === "k") latest.current.jump();
      else if (key === "z" && event.shiftKey) latest.current.redo();
      else if (key === "z") latest.current.undo();
      else if (key === "y") latest.current.redo();
      else return;
      event.preventDefault();
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, []);
}
