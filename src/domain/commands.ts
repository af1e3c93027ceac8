/**
 * What can be asked of a sandbox. Commands carry every id and instant that a decision needs:
 * the domain has no clock and no randomness.
 */
import type {
  ActivityCounts,
  Attempt,
  DestroyCause,
  Failure,
  OnTimeout,
  PauseMode,
  ResumeCause,
  SandboxSpec,
  Snapshot,
  TimeoutKind,
  Transport,
  WakeReport,
} from "./events.ts";
import type { AttemptId, GrantId, NodeId, SandboxId, SnapshotId, WakeId } from "./ids.ts";
import type { Instant } from "./time.ts";

/** A change of the timeouts; what is left out stays as it is. */
export interface TimeoutChange {
  readonly timeoutSeconds?: number;
  readonly idleTimeoutSeconds?: number | null;
  readonly onTimeout?: OnTimeout;
  readonly autoResume?: boolean;
}

/** What a pause asked for by a timer needs, brought along so that `TimedOut` and its consequence are one append. */
export interface StepIds {
  readonly attempt: Attempt;
  readonly snapshotId: SnapshotId;
}

export type Command =
  // Asked by people and programs
  | { type: "Create"; spec: SandboxSpec; id: SandboxId; attempt: Attempt; requestHash: string }
  | { type: "SetTimeout"; change: TimeoutChange }
  | ({ type: "Pause"; mode: PauseMode } & StepIds)
  | ResumeCommand
  | { type: "Destroy"; cause: DestroyCause; attempt: Attempt }
  | { type: "GrantUrl"; grantId: GrantId; port: number; transport: Transport; expiresAt: Instant | null }
  | { type: "RevokeUrl"; grantId: GrantId }
  // Reported by the runtime that carries a step out
  | { type: "ReportStarted"; attemptId: AttemptId; node: NodeId }
  | { type: "ReportStartFailed"; attemptId: AttemptId; failure: Failure }
  | { type: "ReportPaused"; attemptId: AttemptId; snapshot: Snapshot }
  | { type: "ReportPauseFailed"; attemptId: AttemptId; failure: Failure }
  | { type: "ReportResumed"; attemptId: AttemptId; node: NodeId }
  | { type: "ReportResumeFailed"; attemptId: AttemptId; failure: Failure }
  | { type: "ReportDestroyed"; attemptId: AttemptId }
  | { type: "ReportLost"; id: SandboxId; node: NodeId; reason: string }
  // Said by timers and observers
  | ({ type: "TimeOut"; kind: TimeoutKind; deadline: Instant } & StepIds)
  | { type: "ExpireAttempt"; attemptId: AttemptId; next: Attempt }
  | { type: "ObserveActivity"; source: string; first: Instant; last: Instant; counts: ActivityCounts }
  | { type: "RecordWakeServed"; source: string; wakeId: WakeId; report: WakeReport };

export interface ResumeCommand {
  readonly type: "Resume";
  readonly cause: ResumeCause;
  readonly requestId: string | null;
  readonly newId: SandboxId;
  readonly attempt: Attempt;
  /** Only an explicit connect may ask for it (R18). */
  readonly restore: boolean;
}

export type CommandOf<T extends Command["type"]> = Extract<Command, { type: T }>;
