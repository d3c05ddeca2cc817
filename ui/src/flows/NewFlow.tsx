import { Button, Modal, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useNavigate } from "react-router";
import { answer, api } from "../api/client";
import { keys, queryClient } from "../api/queries";
import { FLOW_NAME, freeId, nameFor } from "../designer/document";
import { ProblemView } from "../parts";
import { flows } from "../texts";
import styles from "./Flows.module.css";

const texts = flows.create;

interface NewFlowProps {
  /** Names that other flows have. */
  taken: readonly string[];
  /** Where it is to stand. */
  folder: string;
  onClose: () => void;
}

/** A title and a name, then the designer. */
export function NewFlow({ taken, folder, onClose }: NewFlowProps) {
  const navigate = useNavigate();
  const [title, setTitle] = useState("");
  const [typed, setTyped] = useState<string | null>(null);
  const suggested = nameFor(title);
  const name = typed ?? (suggested && freeId(suggested, new Set(taken)));
  const create = useMutation({
    mutationFn: async () => {
      const document = { flow: name, ...(title.trim() && { title: title.trim() }), cards: [] };
      const drafted = await answer(
        api.POST("/api/v1/flows/draft", { body: { text: "", document } }),
      );
      const made = await answer(
        api.POST("/api/v1/flows", { body: { text: drafted.text, based_on: 0 } }),
      );
      const params = { path: { name: made.flow } };
      if (folder) await answer(api.PATCH("/api/v1/flows/{name}", { params, body: { folder } }));
      return made;
    },
    onSuccess: (made) => {
      queryClient.invalidateQueries({ queryKey: keys.flows });
      navigate(`/flows/${made.flow}`);
    },
  });
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    if (FLOW_NAME.test(name)) create.mutate();
  };
  return (
    <Modal opened onClose={onClose} title={texts.title}>
      <form onSubmit={onSubmit} className={styles.form} noValidate>
        <TextInput
          label={texts.label}
          placeholder={texts.hint}
          value={title}
          onChange={(event) => setTitle(event.currentTarget.value)}
          maxLength={200}
          data-autofocus
          autoComplete="off"
        />
        <TextInput
          label={texts.name}
          description={texts.nameHelp}
          value={name}
          onChange={(event) => setTyped(event.currentTarget.value)}
          error={name && !FLOW_NAME.test(name) ? texts.nameWrong : undefined}
          maxLength={63}
          autoComplete="off"
          spellCheck={false}
        />
        {create.error && <ProblemView error={create.error} />}
        <div className={styles.buttons}>
          <Button variant="default" onClick={onClose}>
            {texts.cancel}
          </Button>
          <Button type="submit" loading={create.isPending} disabled={!FLOW_NAME.test(name)}>
            {texts.create}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
