import { Button, Modal } from "@mantine/core";
import { type Query, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useNavigate } from "react-router";
import { answer, api, type RunDetail } from "../api/client";
import { keys } from "../api/queries";
import { ProblemView } from "../parts";
import { may, session } from "../signin/session";
import { runs } from "../texts";
import { ENDED } from "./queries";
import styles from "./RunActions.module.css";

const texts = runs.run.deleting;

/** The button that deletes an ended run, and the question before it. */
export function DeleteRun({ shown }: { shown: RunDetail }) {
  const [asking, setAsking] = useState(false);
  const who = useQuery(session).data;
  if (!ENDED.has(shown.status) || !may(who, "write")) return null;
  return (
    <>
      <Button variant="default" onClick={() => setAsking(true)}>
        {texts.button}
      </Button>
      <Modal opened={asking} onClose={() => setAsking(false)} title={texts.title}>
        <Question id={shown.id} onClose={() => setAsking(false)} />
      </Modal>
    </>
  );
}

function Question({ id, onClose }: { id: string; onClose: () => void }) {
  const cache = useQueryClient();
  const navigate = useNavigate();
  const gone = useRef(false);
  // Only once nothing shows it any more: what is shown would be asked for again.
  useEffect(
    () => () => {
      if (gone.current) cache.removeQueries({ queryKey: keys.runs, predicate: isOf(id) });
    },
    [cache, id],
  );
  const deletion = useMutation({
    mutationFn: () =>
      answer(api.DELETE("/api/v1/runs/{run_id}", { params: { path: { run_id: id } } })),
    onSuccess: () => {
      gone.current = true;
      // Lists that were shown before would show it once more.
      const isOfAll = (query: Query) => !isOf(id)(query);
      cache.removeQueries({ queryKey: keys.runs, type: "inactive", predicate: isOfAll });
      navigate("/runs", { replace: true });
    },
  });
  return (
    <div className={styles.form}>
      <p>{texts.text}</p>
      {deletion.error && <ProblemView error={deletion.error} />}
      <div className={styles.buttons}>
        <Button variant="default" onClick={onClose}>
          {texts.close}
        </Button>
        <Button color="red" loading={deletion.isPending} onClick={() => deletion.mutate()}>
          {texts.submit}
        </Button>
      </div>
    </div>
  );
}

/** Whether a query asks for this run. */
function isOf(id: string) {
  return (query: Query) => query.queryKey.includes(id);
}
