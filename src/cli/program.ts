import { Argument, Command } from "commander";

import { readVersion } from "./version.ts";

/** Adds arguments, options, help and action to a command that has its name and summary. */
export type Define = (command: Command) => void;

interface Entry {
  readonly summary: string;
  /** Loaded only for the command that is called: the webhook's parts take longer to load than a review to decide. */
  readonly load: () => Promise<Define>;
}

const commands: Readonly<Record<string, Entry>> = {
  serve: {
    summary: "run the webhook, with policies from files or a cluster",
    load: async () => (await import("./serve.ts")).defineServe,
  },
  review: {
    summary: "decide about Pods from files, offline or by a webhook that runs",
    load: async () => (await import("./review.ts")).defineReview,
  },
  explain: {
    summary: "say why a Pod that runs has what it has",
    load: async () => (await import("./explain.ts")).defineExplain,
  },
  preview: {
    summary: "show what the steps of a workflow would get",
    load: async () => (await import("./preview.ts")).definePreview,
  },
  validate: {
    summary: "say what is wrong with policies",
    load: async () => (await import("./validate.ts")).defineValidate,
  },
  test: {
    summary: "run tests of policies, and say which rules they touch",
    load: async () => (await import("./test.ts")).defineTest,
  },
  audit: {
    summary: "say what policies would do to many Pods, of a cluster or recorded",
    load: async () => (await import("./audit.ts")).defineAudit,
  },
  diff: {
    summary: "say what a change of policies changes for many Pods",
    load: async () => (await import("./diff.ts")).defineDiff,
  },
  doctor: {
    summary: "look at Podpecker in a cluster and say what to do",
    load: async () => (await import("./doctor.ts")).defineDoctor,
  },
  schema: {
    summary: "print a JSON Schema for editors",
    load: async () => (await import("./schema.ts")).defineSchema,
  },
  certs: {
    summary: "make a development CA and certificate",
    load: async () => (await import("./certs.ts")).defineCerts,
  },
};

const AFTER_HELP = `
Exit codes:
  0  done; every Pod reviewed may run, every policy is good, every test passes
  1  a Pod is denied, a test fails
  2  the input, the options or the environment must be mended
  70 a defect of Podpecker

Examples:
  podpecker serve --policy policies/
  podpecker review step.yaml --policy policies/
  podpecker preview .woodpecker.yaml --policy policies/
  podpecker validate policies/
  podpecker test policies/
Each command has more in its own help: podpecker help review`;

/** The command line as a whole; of the commands only those that occur among the words are there in full. */
export async function createProgram(words: readonly string[]): Promise<Command> {
  const program = new Command("podpecker")
    .description("Writes what a cluster grants into the Pods of Woodpecker CI's steps, and says why.")
    .version(readVersion(), "--version", "print the version")
    .helpOption("-h, --help", "print this help")
    .exitOverride()
    .configureOutput({ outputError: tellError })
    .addHelpText("after", AFTER_HELP)
    .showHelpAfterError("More: podpecker --help")
    .helpCommand(false);
  for (const [name, { summary, load }] of Object.entries(commands)) {
    const command = program
      .command(name)
      .summary(summary)
      .description(`${summary[0]?.toUpperCase() ?? ""}${summary.slice(1)}.`)
      .showHelpAfterError(`More: podpecker ${name} --help`);
    if (words.includes(name)) (await load())(command);
  }
  addHelpCommand(program);
  return program;
}

// commander's own prints the help of all for a command that it does not know.
function addHelpCommand(program: Command): void {
  program
    .command("help")
    .summary("print the help of a command")
    .addArgument(new Argument("[command]", "which command").choices(Object.keys(commands)))
    .showHelpAfterError("More: podpecker --help")
    .action((name?: string) => {
      (program.commands.find((command) => command.name() === name) ?? program).help();
    });
}

const tellError = (text: string, write: (text: string) => void): void => {
  write(text.replace(/^error: /, "podpecker: "));
};
