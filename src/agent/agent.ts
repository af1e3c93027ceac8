/**
 * What the agent inside every sandbox offers, as its client sees it. The bytes on the wire are in `protocol.ts`;
 * one agent (`agent.py`) and one protocol serve every driver. Each call is a connection of its own, so back-pressure
 * is the socket's and a call that is given up takes nothing else with it.
 *
 * Every call throws `Refusal` with a code of the error table: `command_not_found`, `command_failed_to_start`,
 * `command_stdin_closed`, `too_many_commands`, `file_not_found`, `file_conflict`, `file_access_denied`, `disk_full`,
 * and `execution_interrupted` when the connection ends before the answer.
 */
import type { Duplex, Readable } from "node:stream";

/** Opens one connection to an execution's agent. */
export type OpenAgent = (signal: AbortSignal) => Promise<Duplex>;

export interface CommandSpec {
  /** A shell line (run by `/bin/sh -c`), or an argument list. */
  readonly command: { readonly shell: string } | { readonly argv: readonly string[] };
  /** Absolute, or relative to `/workspace`; `/workspace` when null. */
  readonly cwd: string | null;
  readonly env: Readonly<Record<string, string>>;
  /** Seconds after which the command's whole process group is killed; null: none. */
  readonly timeoutSeconds: number | null;
  /** Whether standard input stays open for what `stdin` brings; else it is /dev/null. */
  readonly stdin: boolean;
}

export type OutputChunk = { readonly stream: "stdout" | "stderr"; readonly data: Buffer };

export interface CommandExit {
  /** The command's status; 128 + signal when a signal ended it, as shells say it. */
  readonly exitCode: number;
  readonly signal: string | null;
  readonly timedOut: boolean;
}

/** A command whose output flows to this connection, with back-pressure: who doesn't read stops the command's writes. */
export interface AttachedCommand {
  readonly commandId: string;
  readonly pid: number;
  /** Output in the order it came, until the command has ended and all is read. Iterate once. */
  readonly output: AsyncIterable<OutputChunk>;
  /** Resolves when output has been read to its end. */
  readonly exit: Promise<CommandExit>;
  /** Resolves when the agent has taken the bytes (back-pressure of the command's own reading). */
  writeStdin(data: Buffer): Promise<void>;
  endStdin(): void;
  /** Kills the command's process group and lets go. A foreground command dies with its connection. */
  abort(): void;
}

export interface CommandInfo {
  readonly commandId: string;
  readonly pid: number;
  /** As it was asked for. */
  readonly cmd: string;
  readonly cwd: string;
  readonly background: boolean;
  readonly startedAt: string;
  readonly running: boolean;
  readonly exit: CommandExit | null;
}

export interface FileInfo {
  readonly name: string;
  readonly path: string;
  readonly type: "file" | "directory" | "symlink" | "other";
  readonly sizeBytes: number;
  /** Permission bits, octal text: "644". */
  readonly mode: string;
  readonly modifiedAt: string;
}

export interface Agent {
  /** Answers when the agent runs. */
  ping(signal: AbortSignal): Promise<void>;
  /** Starts a command in the foreground; it is killed when the connection ends. */
  run(spec: CommandSpec, signal: AbortSignal): Promise<AttachedCommand>;
  /** Starts a command in the background; the agent keeps the last 1 MiB of its output. */
  start(spec: CommandSpec, signal: AbortSignal): Promise<{ commandId: string; pid: number }>;
  /** Running commands, and the last 100 that ended. */
  list(signal: AbortSignal): Promise<readonly CommandInfo[]>;
  /** A background command's kept output, then, with `follow`, what comes until it ends. */
  attach(
    commandId: string,
    follow: boolean,
    signal: AbortSignal,
  ): Promise<Omit<AttachedCommand, "writeStdin" | "endStdin">>;
  /** Writes to a command's standard input, with back-pressure; closes it at the end when told so. */
  stdin(commandId: string, data: Readable, close: boolean, signal: AbortSignal): Promise<void>;
  /** Sends a signal to the command's process group. An ended command: done. */
  kill(commandId: string, signalName: "SIGTERM" | "SIGKILL" | "SIGINT" | "SIGHUP", signal: AbortSignal): Promise<void>;
  stat(path: string, signal: AbortSignal): Promise<FileInfo>;
  /** A directory's entries, by name, at most 10,000. */
  listFiles(path: string, signal: AbortSignal): Promise<readonly FileInfo[]>;
  /** The file's bytes; a transfer cut short ends the stream with an error. */
  readFile(path: string, signal: AbortSignal): Promise<{ info: FileInfo; data: Readable }>;
  /** Writes beside the target and renames: readers see the old file or the new one. Makes missing directories. */
  writeFile(path: string, data: Readable, mode: string | null, signal: AbortSignal): Promise<FileInfo>;
  makeDirectory(path: string, signal: AbortSignal): Promise<FileInfo>;
  /** Removes a file, or a directory with all in it. */
  remove(path: string, signal: AbortSignal): Promise<void>;
  move(from: string, to: string, signal: AbortSignal): Promise<FileInfo>;
}
