export { CodeBlock } from "./CodeBlock";
export { CopyButton } from "./CopyButton";
export { Empty } from "./Empty";
export { Loading } from "./Loading";
export { Facts, Page, Sheet } from "./Page";
export { ProblemView } from "./ProblemView";
export { Prose } from "./Prose";
export { Badge, StatusBadge } from "./StatusBadge";
export { ago, duration, exactly, TimeAgo } from "./TimeAgo";
