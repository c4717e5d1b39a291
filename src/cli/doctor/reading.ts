import { canI, describePermission, type Permission } from "./permission.ts";
import { unknown, type Verdict } from "./verdict.ts";

/** What came of reading a part of the cluster. */
export type Reading<T> =
  { readonly state: "read"; readonly value: T } | { readonly state: "absent" } | Unread;

/** Why a part of the cluster is not known. */
export type Unread =
  /** Whoever asks has not this permission. */
  | { readonly state: "forbidden"; readonly permission: Permission }
  /** There was an answer, but none that tells it. */
  | { readonly state: "unreadable"; readonly reason: string };

/** The value that was read, if one was. */
export const valueOf = <T>(reading: Reading<T>): T | undefined =>
  reading.state === "read" ? reading.value : undefined;

/** Whether it could not be read. */
export const isUnread = (reading: Reading<unknown>): reading is Unread =>
  reading.state === "forbidden" || reading.state === "unreadable";

/** The verdict about what could not be read. */
export function unread(about: string, reading: Unread): Verdict {
  if (reading.state === "unreadable")
    return unknown(about, `cannot be looked at: ${reading.reason}`, [
      "ask again, and look at the API server",
    ]);
  return unknown(
    about,
    `cannot be looked at: whoever asks may not ${describePermission(reading.permission)}`,
    ["ask as somebody who may", canI(reading.permission)],
  );
}
