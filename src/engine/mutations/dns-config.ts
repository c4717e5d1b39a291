import { isIP } from "../../kubernetes/ip.ts";
import { isDnsSubdomain } from "../../kubernetes/names.ts";
import { listOf, strict, text } from "../../text/schema.ts";
import { join, joinFirst, type Joining } from "../join.ts";
import { definePolicyMutation } from "../mutation.ts";
import { policySection } from "../section.ts";
import { type Turn } from "../turn.ts";

// Validation's bounds, https://github.com/kubernetes/kubernetes/blob/v1.36.0/pkg/apis/core/validation/validation.go
const MAX_ITEMS = { nameservers: 3, searches: 32, options: Number.POSITIVE_INFINITY } as const;

const dns = strict({
  nameservers: listOf(text({ test: isIP, wanted: "an IP address" }))
    .max(3, { error: "is not a list of at most 3 nameservers" })
    .optional(),
  searches: listOf(text({ test: (domain) => isDnsSubdomain(domain.replace(/\.$/, "")), wanted: "a domain" }))
    .max(32, { error: "is not a list of at most 32 domains" })
    .optional(),
  options: listOf(strict({ name: text(), value: text().optional() })).optional(),
});
type Dns = (typeof dns)["_zod"]["output"];
type Member = keyof typeof MAX_ITEMS;

/** `spec.dnsConfig`, each of its lists joined: what is set goes first, since resolvers ask in order. */
export const dnsConfig = definePolicyMutation({
  about: "Nameservers, search domains and resolver options of the Pod.",
  section: policySection(dns),
  apply: (turn, { set = {}, default: fallback = {} }) => {
    for (const member of ["nameservers", "searches", "options"] as const) {
      const path = ["spec", "dnsConfig", member];
      if (member === "options") replaceOptions(turn, set.options ?? []);
      makeRoom(turn, member, (set[member] ?? []).slice(0, MAX_ITEMS[member]));
      joinFirst(turn, path, ruled(turn, "set", { member, dns: within(turn, member, set) }));
      // A default is for Pods that say nothing: it never pushes one of theirs out.
      const room = MAX_ITEMS[member] - lengthOf(turn.draft.read(path));
      join(turn, path, ruled(turn, "default", { member, dns: fallback }).slice(0, room));
    }
  },
});

/** Layers together may set more than a Pod can have. */
function within(turn: Turn, member: Member, dns: Dns): Dns {
  const items = dns[member] ?? [];
  if (items.length <= MAX_ITEMS[member]) return dns;
  const rule = turn.rule("set", member, MAX_ITEMS[member]);
  const message = `has ${items.length} items set by all layers together; the first ${MAX_ITEMS[member]} hold`;
  turn.findOfPolicy("dns-config-cut", ["dnsConfig", member], { message, rule });
  return { ...dns, [member]: items.slice(0, MAX_ITEMS[member]) };
}

function ruled(
  turn: Turn,
  verb: "set" | "default",
  { member, dns }: { member: Member; dns: Dns },
): Joining<unknown>[] {
  return (dns[member] ?? []).map((value, index) => ({
    value,
    cause: { rule: turn.rule(verb, member, index) },
  }));
}

/** Of two resolver options of a name the last one holds: the Pod's becomes the policy's. */
function replaceOptions(turn: Turn, options: readonly { name: string }[]): void {
  for (const [index, present] of (turn.draft.pod.spec.dnsConfig?.options ?? []).entries()) {
    const wanted = options.findIndex(({ name }) => name === present.name);
    if (wanted < 0) continue;
    const rule = turn.rule("set", "options", wanted);
    turn.settle(["spec", "dnsConfig", "options", index], { set: { value: options[wanted], rule } });
  }
}

/** Takes out the Pod's last items where the policy's would exceed what validation allows. */
function makeRoom(turn: Turn, member: Member, wanted: readonly unknown[]): void {
  const path = ["spec", "dnsConfig", member];
  const list = turn.draft.read(path);
  const missing = wanted.filter((item) => !(Array.isArray(list) && list.includes(item))).length;
  for (let over = lengthOf(list) + missing - MAX_ITEMS[member]; over > 0; over -= 1)
    removeLast(turn, member, wanted);
}

function removeLast(turn: Turn, member: Member, wanted: readonly unknown[]): void {
  const path = ["spec", "dnsConfig", member];
  const list = turn.draft.read(path);
  const index = Array.isArray(list) ? list.findLastIndex((item) => !wanted.includes(item)) : -1;
  if (index < 0) return;
  const rule = turn.rule("set", member);
  turn.draft.remove([...path, index], { rule });
  turn.find("dns-config-cut", path, {
    message: `gives way to the policy's: at most ${MAX_ITEMS[member]} are allowed`,
    rule,
  });
}

function lengthOf(list: unknown): number {
  return Array.isArray(list) ? list.length : 0;
}
