import { findingsPage } from "./findings-page.ts";
import { lintsPage } from "./lints-page.ts";
import { metricsPage } from "./metrics-page.ts";
import { optionsPage } from "./options-page.ts";
import { policyPage } from "./policy-page.ts";
import { podSecurityPage } from "./pod-security-page.ts";
import { reservedPage } from "./reserved-page.ts";
import { schemas } from "#src/cli/schemas.ts";
import { settingsPage } from "./settings-page.ts";
import { testsPage } from "./tests-page.ts";
import { untrustedPage } from "./untrusted-page.ts";

/** Every file of docs/reference, by its name. */
export function reference(): Readonly<Record<string, string>> {
  return {
    "options.md": optionsPage(),
    "policy.md": policyPage(),
    "agent-settings.md": settingsPage(),
    "findings.md": findingsPage(),
    "metrics.md": metricsPage(),
    "pod-security.md": podSecurityPage(),
    "lints.md": lintsPage(),
    "reserved-keys.md": reservedPage(),
    "untrusted-pods.md": untrustedPage(),
    "tests.md": testsPage(),
    ...Object.fromEntries(Object.entries(schemas).map(([name, { text }]) => [`${name}.schema.json`, text()])),
  };
}
