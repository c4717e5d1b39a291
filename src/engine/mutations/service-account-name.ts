import { lastingContainers } from "../../kubernetes/containers.ts";
import { isDnsSubdomain } from "../../kubernetes/names.ts";
import { text } from "../../text/schema.ts";
import { judgeName, namesGate } from "../gates.ts";
import { defineMutation } from "../mutation.ts";
import { section } from "../section.ts";
import { settleField } from "../settle-field.ts";
import { type Turn } from "../turn.ts";

const TOKEN_VOLUME = /^kube-api-access-[a-z0-9]{5}$/;

const name = text({ test: isDnsSubdomain, wanted: "the name of a ServiceAccount" });

/** `spec.serviceAccountName`. Closed to steps unless a policy opens names: an account is a set of rights (GHSA-qf34-295c-26v8). */
export const serviceAccountName = defineMutation({
  about: "The ServiceAccount that the Pod runs as. The token of another account is taken out of the Pod.",
  option: name,
  section: section(name, namesGate),
  judge: (asked, gate = false) => judgeName(asked, gate),
  apply: (turn, wanted) => {
    const field = ["spec", "serviceAccountName"];
    // The ServiceAccount plugin has written `default` before any webhook runs: nobody said that.
    const spoken = turn.draft.read(field) !== "default";
    if (settleField(turn, field, { ...wanted, spoken })) followAccount(turn);
  },
});

function followAccount(turn: Turn): void {
  const { draft } = turn;
  const cause = { rule: turn.rule() };
  if (draft.pod.spec.serviceAccount !== undefined)
    draft.write(["spec", "serviceAccount"], draft.pod.spec.serviceAccountName, cause);
  const tokens = (draft.pod.spec.volumes ?? [])
    .map(({ name }) => name)
    .filter((name) => TOKEN_VOLUME.test(name));
  for (const token of tokens) removeVolume(turn, token);
}

/** The API server's second run puts in the token of the account that the Pod has now. */
function removeVolume(turn: Turn, volume: string): void {
  const cause = { rule: turn.rule() };
  for (const { path } of lastingContainers(turn.draft.pod)) {
    const mounts = turn.draft.read([...path, "volumeMounts"]);
    const index = Array.isArray(mounts)
      ? mounts.findIndex((mount: { name: string }) => mount.name === volume)
      : -1;
    if (index >= 0) turn.draft.remove([...path, "volumeMounts", index], cause);
  }
  const index = (turn.draft.pod.spec.volumes ?? []).findIndex(({ name }) => name === volume);
  turn.draft.remove(["spec", "volumes", index], cause);
}
