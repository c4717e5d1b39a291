import { isIP } from "../../kubernetes/ip.ts";
import { isDnsSubdomain } from "../../kubernetes/names.ts";
import { listOf, strict, text } from "../../text/schema.ts";
import { join, joinFirst, type Joining } from "../join.ts";
import { definePolicyMutation } from "../mutation.ts";
import { policySection } from "../section.ts";
import { type Turn } from "../turn.ts";

// Validation's bounds, https://github.com/kubernetes/kubernetes/blob/v1.36.0/pkg/apis/core/validation/validation.go
const MAX_ITEMS = { nameservers: 3, searches: 32, options: Number.POSITIVE_INFINITY } as const;
// Of all search domains together, with a space between them.
const MAX_SEARCH_CHARACTERS = 2048;

const dns = strict({
  nameservers: listOf(text({ test: isIP, wanted: "an IP address" }))
    .max(3, { error: "is not a list of at most 3 nameservers" })
    .optional(),
  searches: listOf(text({ test: (domain) => isDnsSubdomain(domain.replace(/\.$/, "")), wanted: "a domain" }))
    .max(32, { error: "is not a list of at most 32 domains" })
    .refine((domains) => fits("searches", domains), {
      error: "is longer than 2048 characters in all, which the API server refuses",
    })
    .optional(),
  options: listOf(
    strict({ name: text({ test: (name) => name !== "", wanted: "a name" }), value: text().optional() }),
  ).optional(),
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
      const possible = within(turn, member, set);
      makeRoom(turn, member, possible[member] ?? []);
      joinFirst(turn, path, ruled(turn, "set", { member, dns: possible }));
      // A default is for Pods that say nothing: it never pushes one of theirs out.
      const room = roomAfter(itemsOf(turn, member), member, fallback[member] ?? []);
      join(turn, path, ruled(turn, "default", { member, dns: fallback }).slice(0, room));
    }
  },
});

const fits = (member: Member, items: readonly unknown[]): boolean =>
  items.length <= MAX_ITEMS[member] &&
  (member !== "searches" || items.join(" ").length <= MAX_SEARCH_CHARACTERS);

/** How many of the items can stand after those that are present. */
function roomAfter(present: readonly unknown[], member: Member, items: readonly unknown[]): number {
  let room = items.length;
  while (room > 0 && !fits(member, [...present, ...items.slice(0, room)])) room -= 1;
  return room;
}

/** Layers together may set more than a Pod can have. */
function within(turn: Turn, member: Member, dns: Dns): Dns {
  const items = dns[member] ?? [];
  const room = roomAfter([], member, items);
  if (room === items.length) return dns;
  const rule = turn.rule("set", member, room);
  const message = `has ${items.length} items set by all layers together; the first ${room} hold`;
  turn.findOfPolicy("dns-config-cut", ["dnsConfig", member], { message, rule });
  return { ...dns, [member]: items.slice(0, room) };
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
  const own = itemsOf(turn, member).filter((item) => !wanted.includes(item));
  for (let kept = own.length; kept > roomAfter(wanted, member, own); kept -= 1)
    removeLast(turn, member, wanted);
}

function removeLast(turn: Turn, member: Member, wanted: readonly unknown[]): void {
  const path = ["spec", "dnsConfig", member];
  const index = itemsOf(turn, member).findLastIndex((item) => !wanted.includes(item));
  const rule = turn.rule("set", member);
  const ofLength = member === "searches" ? `, of ${MAX_SEARCH_CHARACTERS} characters in all` : "";
  turn.draft.remove([...path, index], { rule });
  turn.find("dns-config-cut", path, {
    message: `gives way to the policy's: at most ${MAX_ITEMS[member]} are allowed${ofLength}`,
    rule,
  });
}

function itemsOf(turn: Turn, member: Member): readonly unknown[] {
  return turn.draft.pod.spec.dnsConfig?.[member] ?? [];
}
