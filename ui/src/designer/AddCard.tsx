import { Modal } from "@mantine/core";
import { designer } from "../texts";
import { useDesigner } from "./context";
import { Palette } from "./Palette";
import type { Adding } from "./useAdding";

/** The palette, over the strip, for the place where a card is to be added. */
export function AddCard({ adding }: { adding: Adding }) {
  const { pasteAt } = useDesigner();
  const { path, add, close, stop } = adding;
  return (
    <Modal
      opened={path !== null}
      onClose={stop}
      returnFocus={false}
      title={designer.palette.title}
      size="auto"
      padding="xs"
      yOffset="12vh"
    >
      {path && (
        <Palette
          onChoose={(id) => {
            close();
            void add(id, path);
          }}
          onPaste={() => {
            close();
            void pasteAt(path);
          }}
        />
      )}
    </Modal>
  );
}
