import { type Block, blocksOf } from "./blocks.ts";

const MARK = /^run in a cluster(?<helm> by Helm)?: exit (?<status>\d+)$/;

/** By what a reader installs. */
export type Way = "kubectl" | "Helm";

/** A block that is run in a cluster, and what must come of it. */
export interface ClusterRun extends Block {
  readonly status: number;
  /** What it prints, where the document shows that. */
  readonly output?: string;
}

/** The blocks of a document that are run in a cluster for one way to install, in their order. */
export function clusterRuns(file: string, way: Way): ClusterRun[] {
  return blocksOf(file).flatMap((block, index, blocks) => {
    const { helm, status } = MARK.exec(block.mark)?.groups ?? {};
    if (status === undefined || (helm !== undefined) !== (way === "Helm")) return [];
    const next = blocks[index + 1];
    const output = next?.mark === "output" ? { output: next.text } : {};
    return [{ ...block, ...output, status: Number(status) }];
  });
}

/** Whether a block of a document is run in a cluster, or is what such a one prints; a predicate for `filter`. */
export function isForCluster(block: Block, index: number, blocks: readonly Block[]): boolean {
  const ran = block.mark === "output" ? blocks[index - 1] : block;
  return MARK.test(ran?.mark ?? "");
}
