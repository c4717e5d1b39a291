const core = "^src/(text|kubernetes|engine|policy|admission)/";
const pure = "^src/(text|kubernetes|engine|policy|admission|audit|workflow|workspace)/";

export default {
  forbidden: [
    {
      name: "no-circular",
      comment: "A cycle means two files are one thought, or that one of them stands in the wrong ring.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "the-core-does-no-io",
      comment: "Decisions must be repeatable: no file, socket, clock or environment. A hash is pure.",
      severity: "error",
      from: { path: pure },
      to: { dependencyTypes: ["core"], pathNot: "^(node:)?crypto$" },
    },
    {
      name: "the-core-knows-few-packages",
      comment: "What decides about Pods must be small enough to read.",
      severity: "error",
      from: { path: pure },
      to: {
        dependencyTypes: ["npm", "npm-dev", "npm-optional", "npm-peer"],
        pathNot: "node_modules/(zod|yaml|lru-cache|fast-json-patch|fastest-levenshtein)/",
      },
    },
    {
      name: "text-is-a-leaf",
      comment: "Text with positions knows nothing of Pods or policies.",
      severity: "error",
      from: { path: "^src/text/" },
      to: { path: "^src/", pathNot: "^src/text/" },
    },
    {
      name: "kubernetes-is-a-leaf",
      comment: "The words of the API know nothing of what is decided with them.",
      severity: "error",
      from: { path: "^src/kubernetes/" },
      to: { path: "^src/", pathNot: "^src/(kubernetes|text)/" },
    },
    {
      name: "engine-knows-only-the-words",
      comment: "The engine takes a policy that is merged already; where it came from is not its business.",
      severity: "error",
      from: { path: "^src/engine/" },
      to: { path: "^src/", pathNot: "^src/(engine|kubernetes|text)/" },
    },
    {
      name: "mutations-do-not-know-each-other",
      comment: "What two mutations share is a concept of the engine and has a file of its own.",
      severity: "error",
      from: { path: "^src/engine/mutations/([^/]+)\\.ts$", pathNot: "^src/engine/mutations/index\\.ts$" },
      to: { path: "^src/engine/mutations/" },
    },
    {
      name: "policy-knows-only-the-engine",
      comment: "Text becomes a policy the same way for webhook, command line and audit.",
      severity: "error",
      from: { path: "^src/policy/" },
      to: { path: "^src/", pathNot: "^src/(policy|engine|kubernetes|text)/" },
    },
    {
      name: "admission-knows-only-the-core",
      comment: "A review is answered without knowing how it arrived.",
      severity: "error",
      from: { path: "^src/admission/" },
      to: { path: "^src/", pathNot: core },
    },
    {
      name: "audit-knows-only-the-core",
      comment: "What decisions leave behind is worked out without knowing where it is kept.",
      severity: "error",
      from: { path: "^src/audit/" },
      to: { path: "^src/", pathNot: "^src/(audit|admission|policy|engine|kubernetes|text)/" },
    },
    {
      name: "workflow-knows-only-words",
      comment:
        "Which Pods a workflow comes to depends on no policy; what is decided about them is not its business.",
      severity: "error",
      from: { path: "^src/workflow/" },
      to: { path: "^src/", pathNot: "^src/(workflow|kubernetes|text)/|^src/engine/annotations\\.ts$" },
    },
    {
      name: "workspace-knows-only-the-policies",
      comment:
        "What becomes of claims is planned without knowing how Pods are admitted, or how a claim is made.",
      severity: "error",
      from: { path: "^src/workspace/" },
      to: { path: "^src/", pathNot: "^src/(workspace|policy|engine|kubernetes|text)/" },
    },
    {
      name: "adapters-do-not-know-each-other",
      comment: "One folder a technology; the composition root joins them.",
      severity: "error",
      from: { path: "^src/adapters/([^/]+)/" },
      to: { path: "^src/(adapters|cli)/", pathNot: "^src/adapters/$1/" },
    },
    {
      name: "one-folder-knows-client-node",
      comment: "Its next major version must cost the changes of one folder.",
      severity: "error",
      from: { pathNot: "^src/adapters/cluster/" },
      to: { path: "node_modules/@kubernetes/client-node/" },
    },
    {
      name: "client-node-is-loaded-when-needed",
      comment: "It takes half a second, which only those who talk to a cluster should pay.",
      severity: "error",
      from: { path: "^src/adapters/cluster/" },
      to: {
        path: "node_modules/@kubernetes/client-node/",
        dynamic: false,
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "nobody-imports-the-top",
      comment: "Commands are the outermost ring.",
      severity: "error",
      from: { pathNot: "^(src/cli/|src/main\\.ts|docs/|test/|bench/)" },
      to: { path: "^src/(cli/|main\\.ts)" },
    },
    {
      name: "src-does-not-know-test",
      comment: "What ships does not lean on what checks it.",
      severity: "error",
      from: { path: "^src/" },
      to: { path: "^(test|bench|docs)/" },
    },
    {
      name: "no-dev-dependency-in-src",
      comment: "npm ci --omit=dev must be enough to run.",
      severity: "error",
      from: { path: "^src/" },
      to: { dependencyTypes: ["npm-dev"] },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    doNotFollow: { path: "node_modules" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "types", "default"],
    },
  },
};
