import { isLabelValue, isQualifiedName } from "../kubernetes/names.ts";
import { stringMap } from "./string-map.ts";

/** Labels of nodes that a Pod is scheduled on. */
export const nodeLabels = stringMap(
  { test: isQualifiedName, wanted: "a node label's key, such as kubernetes.io/arch" },
  { test: isLabelValue, wanted: "a node label's value: at most 63 letters, digits, `-`, `_`, `.`" },
);
