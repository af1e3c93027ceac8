/**
 * Everything that can happen to a sandbox, in the past tense. One stream a lineage.
 * Values of environment variables, tokens and bodies never stand here: the log is kept and shown.
 */
import type { AttemptId, EventId, GrantId, NodeId, SandboxId, SnapshotId, WakeId } from "./ids.ts";
import type { Instant } from "./time.ts";

export const SCHEMA_VERSION = 1;

export type OnTimeout = "destroy" | "pause" | "hibernate";
export type Transport = "http" | "ws";
export type WakeOn = "http" | "websocket";
export type TimeoutKind = "lease" | "idle";
export type PauseMode = "pause" | "hibernate";
export type Network = "none" | "outbound";

/** A step under way (R16): only this attempt may report its outcome; past the deadline anyone may fail it. */
export interface Attempt {
  readonly attemptId: AttemptId;
  readonly node: NodeId;
  readonly deadline: Instant;
}

export interface VolumeMount {
  readonly name: string;
  readonly mountPath: string;
}

/** What can run out, and what happens then. `R9`: survives pause and resume as last set. */
export interface TimeoutPolicy {
  /** The lease, seconds. */
  readonly timeoutSeconds: number;
  readonly idleTimeoutSeconds: number | null;
  readonly onTimeout: OnTimeout;
  readonly autoResume: boolean;
}

export interface SandboxSpec extends TimeoutPolicy {
  readonly template: string;
  readonly wakeOn: readonly WakeOn[];
  readonly metadata: Readonly<Record<string, string>>;
  /** Names only. */
  readonly envNames: readonly string[];
  readonly volumes: readonly VolumeMount[];
  readonly owner: string;
  readonly memoryMb: number | null;
  readonly cpus: number | null;
  readonly network: Network;
}

export interface Snapshot {
  readonly snapshotId: SnapshotId;
  readonly sizeBytes: number;
  readonly node: NodeId;
  /** What a host must have in common with the one that made it. */
  readonly fingerprint: string;
  readonly createdAt: Instant;
}

export interface Failure {
  /** Stable, from the product's error table. */
  readonly code: string;
  readonly message: string;
  readonly retryable: boolean;
}

export type PauseCause = "request" | "timeout";
export type DestroyCause = "request" | "timeout" | "expired_attempt";
export type ResumeCause = "http" | "websocket" | "connect" | "command";

export interface ActivityCounts {
  readonly requests: number;
  readonly wsMessages: number;
  readonly wsBytes: number;
  readonly commands: number;
  readonly fileCalls: number;
}

/** How the requests that one edge held for a wake ended (R6); times in milliseconds after the first was held. */
export interface WakeReport {
  readonly held: number;
  readonly forwarded: number;
  readonly refused: number;
  readonly expired: number;
  readonly abandoned: number;
  readonly resumedAfterMs: number | null;
  readonly portReadyAfterMs: number | null;
  readonly settledAfterMs: number;
}

interface Of<Type extends string, Data> {
  readonly type: Type;
  readonly data: Readonly<Data>;
}

export type SandboxEvent =
  | Of<"SandboxCreated", SandboxSpec & Attempt & { id: SandboxId; requestHash: string }>
  | Of<"SandboxStarted", { attemptId: AttemptId; id: SandboxId; node: NodeId; deadline: Instant }>
  | Of<"StartFailed", Failure & { attemptId: AttemptId }>
  | Of<"TimeoutSet", TimeoutPolicy & { deadline: Instant | null }>
  | Of<"TimedOut", { kind: TimeoutKind; deadline: Instant }>
  | Of<"PauseRequested", Attempt & { cause: PauseCause; mode: PauseMode; snapshotId: SnapshotId }>
  | Of<"Paused", Snapshot & { attemptId: AttemptId }>
  | Of<"PauseFailed", Failure & { attemptId: AttemptId; deadline: Instant }>
  | Of<
      "ResumeRequested",
      Attempt & { cause: ResumeCause; requestId: string | null; newId: SandboxId; snapshotId: SnapshotId }
    >
  | Of<"Resumed", { attemptId: AttemptId; id: SandboxId; node: NodeId; deadline: Instant }>
  | Of<"ResumeFailed", Failure & { attemptId: AttemptId }>
  | Of<"AliasRepointed", { from: SandboxId; to: SandboxId }>
  | Of<"VolumeAttached", VolumeMount>
  | Of<"VolumesRemounted", { volumes: readonly VolumeMount[] }>
  | Of<"UrlGranted", { grantId: GrantId; port: number; transport: Transport; expiresAt: Instant | null }>
  | Of<"UrlRevoked", { grantId: GrantId }>
  | Of<"ActivityObserved", ActivityCounts & { source: string; first: Instant; last: Instant }>
  | Of<"WakeServed", WakeReport & { wakeId: WakeId; source: string }>
  | Of<"ExecutionLost", { id: SandboxId; node: NodeId; reason: string }>
  | Of<"DestroyRequested", Attempt & { cause: DestroyCause }>
  | Of<"Destroyed", { attemptId: AttemptId }>;

export type SandboxEventType = SandboxEvent["type"];

/** An event that has an identity and a time: all that `evolve` may look at. */
export type Happened = SandboxEvent & { readonly eventId: EventId; readonly at: Instant };

/** Who did it. `address` only where the deployment records addresses. */
export interface Actor {
  readonly kind: "key" | "grant" | "timer" | "node" | "edge" | "operator";
  readonly id: string;
  readonly address?: string;
}
