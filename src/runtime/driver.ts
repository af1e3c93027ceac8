/**
 * What a runtime node asks of the technology that runs sandboxes. One contract suite (`test/runtime/contract.ts`)
 * holds every driver to what stands here.
 *
 * Every call is idempotent: the node repeats it after a crash, with the same arguments. A call that throws leaves
 * what was there before it, or leaves something that `list` shows and `destroy` removes. A call is given up when its
 * signal aborts.
 */
import type { Duplex } from "node:stream";
import type { Network, PauseMode, VolumeMount } from "../domain/events.ts";
import type { Lineage, SandboxId, SnapshotId } from "../domain/ids.ts";

export interface ExecutionSpec {
  readonly lineage: Lineage;
  readonly id: SandboxId;
  readonly template: string;
  readonly memoryMb: number | null;
  readonly cpus: number | null;
  readonly network: Network;
  readonly volumes: readonly VolumeMount[];
}

/** A complete snapshot: fsynced, file and directory (R3). */
export interface DriverSnapshot {
  readonly snapshotId: SnapshotId;
  readonly sizeBytes: number;
  readonly fingerprint: string;
}

export interface Capabilities {
  readonly templates: readonly string[];
  readonly hibernate: boolean;
  readonly networks: readonly Network[];
  readonly volumes: boolean;
  /** Whether memory_mb and cpus are enforced. */
  readonly memoryLimit: boolean;
  readonly cpuLimit: boolean;
}

/** What is really there for one lineage. */
export interface Found {
  readonly lineage: Lineage;
  /** The execution's latest name: given by `create` or by the last `resume`. */
  readonly id: SandboxId;
  readonly state: "running" | "paused";
  /** The snapshot, when paused. */
  readonly snapshot: DriverSnapshot | null;
}

/** Where a stream into an execution ends: a port of its own loopback, or the agent. */
export type Target = { readonly port: number } | "agent";

export interface Driver {
  readonly name: "process" | "microvm";
  /** Checks what the host permits, and takes up again what still runs. @throws DriverUnavailable */
  start(): Promise<void>;
  capabilities(): Capabilities;
  /** What a host must have in common with a snapshot to resume it. */
  fingerprint(): string;
  /** Resolves when the execution's agent answers. */
  create(spec: ExecutionSpec, signal: AbortSignal): Promise<void>;
  /** Stops the execution and completes a snapshot of it. On failure the execution goes on running. */
  pause(lineage: Lineage, snapshotId: SnapshotId, mode: PauseMode, signal: AbortSignal): Promise<DriverSnapshot>;
  /** Brings the snapshot back under a new name; resolves when its agent answers. On failure the snapshot is whole (R4). */
  resume(lineage: Lineage, snapshot: DriverSnapshot, newId: SandboxId, signal: AbortSignal): Promise<void>;
  /** Undoes a pause that the log did not accept: the execution goes on running under `id`. */
  undoPause(lineage: Lineage, id: SandboxId): Promise<void>;
  /** Undoes a resume that the log did not accept: the snapshot is as it was, under `id`, and nothing runs. */
  undoResume(lineage: Lineage, id: SandboxId): Promise<void>;
  /** Removes everything of the lineage: execution, snapshots, files. Nothing there: done. */
  destroy(lineage: Lineage): Promise<void>;
  /** Everything there, by lineage; what is dead is not listed. */
  list(): Promise<readonly Found[]>;
  /** A stream of bytes into the running execution. @throws DriverError `port_not_ready`, `execution_gone` */
  open(id: SandboxId, target: Target, signal: AbortSignal): Promise<Duplex>;
  /** Called when an execution that ran or was paused is found to be gone without having been destroyed. */
  onLost(listener: (lost: { lineage: Lineage; id: SandboxId; reason: string }) => void): void;
  /** Lets go of everything; executions live on, to be taken up by the next `start`. */
  close(): Promise<void>;
}

export type DriverErrorCode =
  | "template_not_found"
  | "start_failed"
  | "pause_failed"
  | "resume_failed"
  | "snapshot_incompatible"
  | "port_not_ready"
  | "execution_gone";

export class DriverError extends Error {
  override readonly name = "DriverError";
  readonly code: DriverErrorCode;
  readonly retryable: boolean;
  constructor(code: DriverErrorCode, message: string, options: { retryable?: boolean; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.code = code;
    this.retryable = options.retryable ?? (code !== "snapshot_incompatible" && code !== "template_not_found");
  }
}

/** The host does not permit what the driver needs; the message says what to do. */
export class DriverUnavailable extends Error {
  override readonly name = "DriverUnavailable";
}
