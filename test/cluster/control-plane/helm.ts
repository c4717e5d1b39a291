import { type ControlPlane } from "./control-plane.ts";
import { type Ran, runProgram, type Surroundings } from "./run-program.ts";

/** Runs Helm as the admin; what it keeps for itself is in the control plane's directory. */
export const helm = (
  { directory, kubeconfig }: ControlPlane,
  words: readonly string[],
  surroundings?: Surroundings,
): Promise<Ran> => runProgram("helm", directory, ["--kubeconfig", kubeconfig, ...words], surroundings);
