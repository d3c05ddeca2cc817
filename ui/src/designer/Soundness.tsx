import { Badge } from "../parts";
import { Check, Cross, Warning } from "../parts/icons";
import { designer } from "../texts";
import type { Found } from "./editing";

interface SoundnessProps {
  problems: readonly Found[];
  /** Whether the server has not said yet what it finds. */
  checking: boolean;
}

/** How the flow stands, in one badge: what is wrong before what is only not filled in yet. */
export function Soundness({ problems, checking }: SoundnessProps) {
  const found = problems.filter((each) => each.severity === "error");
  const missing = found.filter((each) => each.code === "missing").length;
  const errors = found.length - missing;
  const warnings = problems.length - found.length;
  if (errors)
    return (
      <Badge tone="bad" icon={<Cross size={12} />}>
        {designer.problems(errors)}
      </Badge>
    );
  if (missing)
    return (
      <Badge tone="warn" icon={<Warning size={12} />}>
        {designer.toFill(missing)}
      </Badge>
    );
  if (checking) return <Badge>{designer.checking}</Badge>;
  if (warnings)
    return (
      <Badge tone="warn" icon={<Warning size={12} />}>
        {designer.warnings(warnings)}
      </Badge>
    );
  return (
    <Badge tone="ok" icon={<Check size={12} />}>
      {designer.noProblems}
    </Badge>
  );
}
