import { runCli } from "../local/commands/cli.ts";

// Who reads along may stop reading (`| head`): what is under way goes on, and the exit code stays what it is.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});

process.exitCode = await runCli(process.argv.slice(2));
