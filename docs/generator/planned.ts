/** A part of a policy that is not there yet: the word that says it, as it will be written, what it will be. */
interface Planned {
  readonly word: string;
  readonly written: string;
  readonly about: string;
}

/** What the design has and this version has not. Each is refused where a policy uses it. */
export const planned: readonly Planned[] = [
  { word: "audit", written: "mode: audit", about: "Decide and report, change nothing." },
  { word: "validUntil", written: "validUntil: 2027-03-31", about: "An exception that ends by itself." },
  {
    word: "trustPod",
    written: "trustPod: false",
    about: "Judge what the Pod's own spec says like a step's asking.",
  },
  {
    word: "max",
    written: "resources: { max: { cpu: 8 } }",
    about: "Bounds for containers and Pods, clamped or denied.",
  },
  { word: "min", written: "resources: { min: { cpu: 10m } }", about: "The lower bound of a request." },
  {
    word: "maxLimitRequestRatio",
    written: "resources: { maxLimitRequestRatio: { cpu: 4 } }",
    about: "How far a limit may be above its request.",
  },
  {
    word: "onExceed",
    written: "resources: { onExceed: clamp }",
    about: "What becomes of an asking beyond a bound.",
  },
  {
    word: "classes",
    written: "resources: { classes: { gpu: {} } }",
    about: "Named sizes for the option `resourceClass`, which is refused until then.",
  },
  {
    word: "podSecurityStandard",
    written: "securityContext: { podSecurityStandard: restricted }",
    about: "Fill what a Pod Security profile demands, refuse what it forbids.",
  },
];
