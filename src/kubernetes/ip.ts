import { z } from "zod";

const address = z.union([z.ipv4(), z.ipv6()]);

/** Whether the text is an IPv4 or IPv6 address. */
export const isIP = (text: string): boolean => address.safeParse(text).success;
