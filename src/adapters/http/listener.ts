import type { RequestListener } from "node:http";

import type { Request, Response, Router } from "express";

/** What stands where express would put its HTML pages: called with what was thrown, or without when nothing matched. */
export type LastStop = (error: unknown, ...exchange: Parameters<RequestListener>) => void;

/** Serves a bare router of express: an app around it would change the prototype of each request and response, which
 * makes the engine forget what it knew of them and costs three times the CPU of all the rest. */
export function listener(router: Router, lastStop: LastStop): RequestListener {
  return (request, response) => {
    // The router needs nothing of what an app adds to Node's own two objects, and our handlers use none of it.
    router(request as Request, response as Response, (error?: unknown) => {
      lastStop(error, request, response);
    });
  };
}
