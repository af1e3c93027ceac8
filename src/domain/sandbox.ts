/**
 * The state of a lineage, folded from its events. `evolve` never rejects history: what the log says, happened.
 */
import type {
  Attempt,
  Failure,
  Happened,
  PauseCause,
  PauseMode,
  ResumeCause,
  SandboxSpec,
  Snapshot,
  TimeoutKind,
  Transport,
} from "./events.ts";
import { type AttemptId, type GrantId, type Lineage, type NodeId, SandboxId, type WakeId } from "./ids.ts";
import { Instant } from "./time.ts";

export interface Grant {
  readonly grantId: GrantId;
  readonly port: number;
  readonly transport: Transport;
  readonly grantedAt: Instant;
  readonly expiresAt: Instant | null;
  readonly revoked: boolean;
}

/** Each state owns just what is true in it. */
export type Phase =
  | { readonly status: "creating"; readonly attempt: Attempt }
  | RunningPhase
  | PausingPhase
  | PausedPhase
  | ResumingPhase
  | { readonly status: "destroying"; readonly attempt: Attempt }
  | { readonly status: "destroyed" }
  | FailedPhase;

export interface RunningPhase {
  readonly status: "running";
  readonly node: NodeId;
  /** End of the lease. */
  readonly deadline: Instant;
  /** Where the idle timeout counts from: the end of the last activity, or what came after it. */
  readonly idleSince: Instant;
}
export interface PausingPhase {
  readonly status: "pausing";
  readonly node: NodeId;
  readonly attempt: Attempt;
  readonly cause: PauseCause;
  readonly mode: PauseMode;
  readonly snapshotId: Snapshot["snapshotId"];
  readonly deadline: Instant;
}
export interface PausedPhase {
  readonly status: "paused";
  readonly snapshot: Snapshot;
  /** The last resume, when it failed: traffic waits a little before it asks again. */
  readonly lastFailure: (Failure & { readonly at: Instant }) | null;
}
export interface FailedPhase {
  readonly status: "failed";
  readonly failure: Failure;
}
export interface ResumingPhase {
  readonly status: "resuming";
  readonly attempt: Attempt;
  readonly wakeId: WakeId;
  readonly cause: ResumeCause;
  readonly newId: SandboxId;
  readonly snapshot: Snapshot;
  /** What a failure goes back to (R4). */
  readonly before: PausedPhase | FailedPhase;
}
export type Status = Phase["status"];

export interface Sandbox {
  readonly lineage: Lineage;
  /** Every ID ever handed out, oldest first (R8). The last one is the latest execution; never empty. */
  readonly ids: readonly SandboxId[];
  readonly spec: SandboxSpec;
  readonly requestHash: string;
  readonly createdAt: Instant;
  readonly phase: Phase;
  /** The last complete snapshot; while running it is what `restore: "last_snapshot"` would go back to (R18). */
  readonly lastSnapshot: Snapshot | null;
  readonly grants: readonly Grant[];
  /** Which attempt reported last, so that a report twice is one fact. */
  readonly settled: { readonly attemptId: AttemptId; readonly as: Happened["type"] } | null;
  /** The end of what each reporter has reported, so that an interval counts once. */
  readonly reportedUntil: Readonly<Record<string, Instant>>;
  /** The latest resume that succeeded, and which edges have reported on it. */
  readonly lastWake: { readonly wakeId: WakeId; readonly reportedBy: readonly string[] } | null;
}

/** `null` before `SandboxCreated`. */
export type State = Sandbox | null;
export const initial: State = null;

export function latestId(sandbox: Sandbox): SandboxId {
  const id = sandbox.ids.at(-1);
  if (id === undefined) throw new Error(`lineage ${sandbox.lineage} has no id`);
  return id;
}

/** The next timeout of a running sandbox, or null where none can come. A paused sandbox has no deadline. */
export function nextTimeout(sandbox: Sandbox): { kind: TimeoutKind; deadline: Instant } | null {
  const { phase, spec } = sandbox;
  if (phase.status !== "running") return null;
  if (spec.idleTimeoutSeconds !== null) {
    const idle = Instant.plusSeconds(phase.idleSince, spec.idleTimeoutSeconds);
    if (idle < phase.deadline) return { kind: "idle", deadline: idle };
  }
  return { kind: "lease", deadline: phase.deadline };
}

/** The step under way, if there is one (R16). */
export function attemptUnderWay(sandbox: Sandbox): Attempt | null {
  return "attempt" in sandbox.phase ? sandbox.phase.attempt : null;
}

export function evolve(state: State, event: Happened): State {
  if (event.type === "SandboxCreated") return created(event);
  if (state === null) throw new Error(`${event.type} before SandboxCreated: the stream has lost its beginning`);
  return evolveSandbox(state, event);
}

function created(event: Extract<Happened, { type: "SandboxCreated" }>): Sandbox {
  const { id, requestHash, attemptId, node, deadline, ...spec } = event.data;
  return {
    lineage: SandboxId.lineage(id),
    ids: [id],
    spec,
    requestHash,
    createdAt: event.at,
    phase: { status: "creating", attempt: { attemptId, node, deadline } },
    lastSnapshot: null,
    grants: [],
    settled: null,
    reportedUntil: {},
    lastWake: null,
  };
}

function evolveSandbox(s: Sandbox, event: Exclude<Happened, { type: "SandboxCreated" }>): Sandbox {
  switch (event.type) {
    case "SandboxStarted":
      return { ...settle(s, event), phase: running(event.data.node, event.data.deadline, event.at) };
    case "StartFailed":
      return { ...settle(s, event), phase: { status: "failed", failure: failureOf(event.data) } };
    case "TimeoutSet":
      return timeoutSet(s, event);
    case "TimedOut":
      return s;
    case "PauseRequested":
      return { ...s, phase: pausing(s, event) };
    case "Paused":
      return paused(s, event);
    case "PauseFailed":
      return {
        ...settle(s, event),
        phase: s.phase.status === "pausing" ? running(s.phase.node, event.data.deadline, event.at) : s.phase,
      };
    case "ResumeRequested":
      return { ...s, phase: resuming(s, event) };
    case "Resumed":
      return resumed(s, event);
    case "ResumeFailed":
      return resumeFailed(s, event);
    case "AliasRepointed":
      return s.ids.includes(event.data.to) ? s : { ...s, ids: [...s.ids, event.data.to] };
    case "VolumeAttached":
    case "VolumesRemounted":
      return s;
    case "UrlGranted":
      return {
        ...s,
        grants: [...s.grants, { ...event.data, grantedAt: event.at, revoked: false }],
      };
    case "UrlRevoked":
      return {
        ...s,
        grants: s.grants.map((g) => (g.grantId === event.data.grantId ? { ...g, revoked: true } : g)),
      };
    case "ActivityObserved":
      return activityObserved(s, event);
    case "WakeServed":
      return wakeServed(s, event);
    case "ExecutionLost":
      return {
        ...s,
        phase: {
          status: "failed",
          failure: { code: "execution_lost", message: event.data.reason, retryable: false },
        },
      };
    case "DestroyRequested":
      return { ...s, phase: { status: "destroying", attempt: attemptOf(event.data) } };
    case "Destroyed":
      return { ...settle(s, event), phase: { status: "destroyed" }, lastSnapshot: null };
  }
}

type EventOf<T extends Happened["type"]> = Extract<Happened, { type: T }>;

function settle(s: Sandbox, event: Happened & { readonly data: { readonly attemptId: AttemptId } }): Sandbox {
  return { ...s, settled: { attemptId: event.data.attemptId, as: event.type } };
}

function running(node: NodeId, deadline: Instant, idleSince: Instant): RunningPhase {
  return { status: "running", node, deadline, idleSince };
}

function attemptOf({ attemptId, node, deadline }: Attempt): Attempt {
  return { attemptId, node, deadline };
}

function failureOf({ code, message, retryable }: Failure): Failure {
  return { code, message, retryable };
}

function timeoutSet(s: Sandbox, event: EventOf<"TimeoutSet">): Sandbox {
  const { deadline, ...policy } = event.data;
  const spec = { ...s.spec, ...policy };
  if (s.phase.status !== "running") return { ...s, spec };
  return { ...s, spec, phase: running(s.phase.node, deadline ?? s.phase.deadline, event.at) };
}

function pausing(s: Sandbox, event: EventOf<"PauseRequested">): PausingPhase {
  const { cause, mode, snapshotId } = event.data;
  return {
    status: "pausing",
    node: event.data.node,
    attempt: attemptOf(event.data),
    cause,
    mode,
    snapshotId,
    deadline: s.phase.status === "running" ? s.phase.deadline : event.at,
  };
}

function paused(s: Sandbox, event: EventOf<"Paused">): Sandbox {
  const { attemptId: _, ...snapshot } = event.data;
  return {
    ...settle(s, event),
    phase: { status: "paused", snapshot, lastFailure: null },
    lastSnapshot: snapshot,
  };
}

function resuming(s: Sandbox, event: EventOf<"ResumeRequested">): Phase {
  if (s.lastSnapshot === null || (s.phase.status !== "paused" && s.phase.status !== "failed")) return s.phase;
  return {
    status: "resuming",
    attempt: attemptOf(event.data),
    wakeId: event.eventId,
    cause: event.data.cause,
    newId: event.data.newId,
    snapshot: s.lastSnapshot,
    before: s.phase,
  };
}

function resumed(s: Sandbox, event: EventOf<"Resumed">): Sandbox {
  return {
    ...settle(s, event),
    phase: running(event.data.node, event.data.deadline, event.at),
    lastWake: s.phase.status === "resuming" ? { wakeId: s.phase.wakeId, reportedBy: [] } : s.lastWake,
  };
}

function resumeFailed(s: Sandbox, event: EventOf<"ResumeFailed">): Sandbox {
  if (s.phase.status !== "resuming") return settle(s, event);
  const { before } = s.phase;
  const phase: Phase =
    before.status === "paused" ? { ...before, lastFailure: { ...failureOf(event.data), at: event.at } } : before;
  return { ...settle(s, event), phase };
}

function activityObserved(s: Sandbox, event: EventOf<"ActivityObserved">): Sandbox {
  const { source, last } = event.data;
  const reportedUntil = { ...s.reportedUntil, [source]: last };
  if (s.phase.status !== "running") return { ...s, reportedUntil };
  return { ...s, reportedUntil, phase: { ...s.phase, idleSince: Instant.latest(s.phase.idleSince, last) } };
}

function wakeServed(s: Sandbox, event: EventOf<"WakeServed">): Sandbox {
  if (s.lastWake?.wakeId !== event.data.wakeId) return s;
  return { ...s, lastWake: { ...s.lastWake, reportedBy: [...s.lastWake.reportedBy, event.data.source] } };
}
