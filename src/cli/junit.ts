/** Some cases that belong together: a file of tests, a policy. */
export interface JUnitSuite {
  readonly name: string;
  readonly properties?: Readonly<Record<string, string>>;
  readonly cases: readonly JUnitCase[];
}

/** One thing that holds or does not. */
export interface JUnitCase {
  readonly name: string;
  readonly properties?: Readonly<Record<string, string>>;
  readonly failure?: JUnitFailure;
}

/** Why something does not hold: in a sentence, and at length. */
export interface JUnitFailure {
  readonly message: string;
  readonly text?: string;
}

/** Suites as JUnit XML, which CI systems show; the same bytes for the same suites, as no time stands in it. */
export function junit(name: string, suites: readonly JUnitSuite[]): string {
  const all = { name, ...count(suites.flatMap(({ cases }) => cases)) };
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    ...element("testsuites", all, suites.flatMap(suite)),
    "",
  ].join("\n");
}

const suite = ({ name, properties, cases }: JUnitSuite): string[] =>
  element("testsuite", { name, ...count(cases) }, [
    ...propertiesOf(properties),
    ...cases.flatMap((one) => testCase(one, name)),
  ]);

// Most readers show a case below its class name, and none without.
const testCase = ({ name, properties, failure }: JUnitCase, classname: string): string[] =>
  element("testcase", { name, classname }, [
    ...propertiesOf(properties),
    ...(failure === undefined ? [] : [failureOf(failure)]),
  ]);

const count = (cases: readonly JUnitCase[]): Readonly<Record<string, string>> => ({
  tests: String(cases.length),
  failures: String(cases.filter(({ failure }) => failure !== undefined).length),
  errors: "0",
  skipped: "0",
});

function propertiesOf(properties: Readonly<Record<string, string>> = {}): string[] {
  const lines = Object.entries(properties).flatMap(([name, value]) =>
    element("property", { name, value }, []),
  );
  return lines.length === 0 ? [] : element("properties", {}, lines);
}

// On one line with its tags: blanks within would be the text's own.
const failureOf = ({ message, text = message }: JUnitFailure): string =>
  `<failure${written({ message, type: "failure" })}>${escaped(text)}</failure>`;

function element(
  tag: string,
  attributes: Readonly<Record<string, string>>,
  inner: readonly string[],
): string[] {
  const start = `<${tag}${written(attributes)}`;
  if (inner.length === 0) return [`${start}/>`];
  return [`${start}>`, ...inner.map(indented), `</${tag}>`];
}

/** The lines of a text within belong to the text. */
const indented = (element: string): string => `  ${element}`;

const written = (attributes: Readonly<Record<string, string>>): string =>
  Object.entries(attributes)
    .map(([name, value]) => ` ${name}="${escaped(value).replace(/[\t\n]/g, reference)}"`)
    .join("");

// A carriage return, and in attributes a tab or line feed, would be read as something else.
const escaped = (text: string): string =>
  text
    .replace(
      NO_CHARACTER,
      (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`,
    )
    .replace(/[&<>"\r]/g, reference);

const reference = (character: string): string => `&#${character.charCodeAt(0)};`;

// What XML 1.0 cannot hold, not even as a reference (https://www.w3.org/TR/xml/#charsets), and what it discourages.
const NO_CHARACTER = /[^\t\n\r\u0020-\u007e\u00a0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;
