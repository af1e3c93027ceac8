/**
 * The rules. A decision is a function of state, command and time: events, nothing (it is so already), or a refusal.
 */
import type { Command, CommandOf, ResumeCommand, StepIds } from "./commands.ts";
import type { Failure, PauseCause, PauseMode, SandboxEvent, SandboxEventType, TimeoutPolicy } from "./events.ts";
import type { AttemptId } from "./ids.ts";
import type { Decision, Rejection } from "./rejections.ts";
import { attemptUnderWay, type Grant, latestId, nextTimeout, type Phase, type Sandbox, type State } from "./sandbox.ts";
import { Instant } from "./time.ts";

/** How long traffic waits after a failed resume before it may ask for another: the `Retry-After` of its refusal. */
export const RESUME_BACKOFF_SECONDS = 5;
/** How long a sandbox whose pause failed goes on before its timeout is tried again. */
export const PAUSE_RETRY_SECONDS = 30;
/** Grants of one lineage that are neither revoked nor expired. */
export const MAX_GRANTS = 10_000;

type Outcome = Decision<SandboxEvent>;

const nothing: Outcome = { ok: true, events: [] };
const accept = (...events: SandboxEvent[]): Outcome => ({ ok: true, events });
const reject = (rejection: Rejection): Outcome => ({ ok: false, rejection });

export function decide(state: State, command: Command, now: Instant): Outcome {
  if (command.type === "Create") return create(state, command);
  if (state === null) return reject({ code: "sandbox_not_found" });
  if (state.phase.status === "destroyed") return decideDestroyed(state, command);
  return decideLive(state, command, now);
}

/** R10: to destroy twice is once. R16: a report that came late is told so. Everything else is gone. */
function decideDestroyed(s: Sandbox, command: Command): Outcome {
  switch (command.type) {
    case "Destroy":
      return nothing;
    case "ReportDestroyed":
      return command.attemptId === s.settled?.attemptId ? nothing : reject({ code: "attempt_superseded" });
    default:
      return reject({ code: "sandbox_destroyed" });
  }
}

function decideLive(s: Sandbox, command: Exclude<Command, { type: "Create" }>, now: Instant): Outcome {
  switch (command.type) {
    case "SetTimeout":
      return setTimeout(s, command, now);
    case "Pause":
      return pause(s, command);
    case "Resume":
      return resume(s, command, now);
    case "Destroy":
      return destroy(s, command, now);
    case "GrantUrl":
      return grantUrl(s, command, now);
    case "RevokeUrl":
      return revokeUrl(s, command);
    case "ReportStarted":
      return report(s, command.attemptId, "creating", "SandboxStarted", () => [
        {
          type: "SandboxStarted",
          data: {
            attemptId: command.attemptId,
            id: latestId(s),
            node: command.node,
            deadline: Instant.plusSeconds(now, s.spec.timeoutSeconds),
          },
        },
        ...s.spec.volumes.map((volume): SandboxEvent => ({ type: "VolumeAttached", data: volume })),
      ]);
    case "ReportStartFailed":
      return report(s, command.attemptId, "creating", "StartFailed", () => [
        { type: "StartFailed", data: { attemptId: command.attemptId, ...command.failure } },
      ]);
    case "ReportPaused":
      return reportPaused(s, command);
    case "ReportPauseFailed":
      return report(s, command.attemptId, "pausing", "PauseFailed", (phase) => [
        pauseFailed(phase, command.failure, now),
      ]);
    case "ReportResumed":
      return reportResumed(s, command, now);
    case "ReportResumeFailed":
      return report(s, command.attemptId, "resuming", "ResumeFailed", () => [
        { type: "ResumeFailed", data: { attemptId: command.attemptId, ...command.failure } },
      ]);
    case "ReportDestroyed":
      return report(s, command.attemptId, "destroying", "Destroyed", () => [
        { type: "Destroyed", data: { attemptId: command.attemptId } },
      ]);
    case "ReportLost":
      return reportLost(s, command);
    case "TimeOut":
      return timeOut(s, command, now);
    case "ExpireAttempt":
      return expireAttempt(s, command, now);
    case "ObserveActivity":
      return observeActivity(s, command);
    case "RecordWakeServed":
      return recordWakeServed(s, command);
  }
}

function create(state: State, { spec, id, attempt, requestHash }: CommandOf<"Create">): Outcome {
  if (state !== null) {
    return state.requestHash === requestHash ? nothing : reject({ code: "idempotency_mismatch" });
  }
  if (!policyHolds(spec)) return reject({ code: "auto_resume_requires_pause" });
  return accept({ type: "SandboxCreated", data: { ...spec, ...attempt, id, requestHash } });
}

/** What is destroyed has no paused state to restore. */
function policyHolds(policy: TimeoutPolicy): boolean {
  return !(policy.autoResume && policy.onTimeout === "destroy");
}

function setTimeout(s: Sandbox, { change }: CommandOf<"SetTimeout">, now: Instant): Outcome {
  const { timeoutSeconds, idleTimeoutSeconds, onTimeout, autoResume } = s.spec;
  const policy: TimeoutPolicy = { timeoutSeconds, idleTimeoutSeconds, onTimeout, autoResume, ...change };
  if (s.phase.status === "destroying") return reject({ code: "sandbox_transitioning", status: s.phase.status });
  if (!policyHolds(policy)) return reject({ code: "auto_resume_requires_pause" });
  // A lease set anew runs from now; a change of the other settings leaves its end where it is.
  const deadline =
    s.phase.status !== "running"
      ? null
      : change.timeoutSeconds === undefined
        ? s.phase.deadline
        : Instant.plusSeconds(now, change.timeoutSeconds);
  return accept({ type: "TimeoutSet", data: { ...policy, deadline } });
}

function pause(s: Sandbox, command: CommandOf<"Pause">): Outcome {
  switch (s.phase.status) {
    case "running":
      return accept(pauseRequested("request", command.mode, command));
    case "paused":
    case "pausing":
      return nothing;
    case "failed":
      return failed(s, s.phase.failure);
    case "creating":
    case "resuming":
    case "destroying":
    case "destroyed":
      return reject({ code: "sandbox_transitioning", status: s.phase.status });
  }
}

function pauseRequested(cause: PauseCause, mode: PauseMode, { attempt, snapshotId }: StepIds): SandboxEvent {
  return { type: "PauseRequested", data: { ...attempt, cause, mode, snapshotId } };
}

function failed(s: Sandbox, failure: Failure): Outcome {
  return reject({ code: "sandbox_failed", failureCode: failure.code, restorable: s.lastSnapshot !== null });
}

/** R2: a resume under way, or done, is joined and not asked for again. */
function resume(s: Sandbox, command: ResumeCommand, now: Instant): Outcome {
  const { phase } = s;
  switch (phase.status) {
    case "running":
    case "resuming":
      return nothing;
    case "creating":
    case "pausing":
    case "destroying":
    case "destroyed":
      return reject({ code: "sandbox_transitioning", status: phase.status });
    case "failed":
      if (!(command.restore && command.cause === "connect")) return failed(s, phase.failure);
      return resumeRequested(s, command);
    case "paused": {
      if (command.cause === "connect") return resumeRequested(s, command);
      if (!mayWake(s, command)) return reject({ code: "sandbox_paused_auto_resume_disabled" });
      const failure = phase.lastFailure;
      if (failure !== null) {
        const until = Instant.plusSeconds(failure.at, RESUME_BACKOFF_SECONDS);
        if (now < until) {
          const { code: failureCode, retryable } = failure;
          return reject({ code: "sandbox_resume_failed", failureCode, retryable, until });
        }
      }
      return resumeRequested(s, command);
    }
  }
}

/** `auto_resume` lets traffic and SDK calls wake; `wake_on` says which traffic. */
function mayWake(s: Sandbox, { cause }: ResumeCommand): boolean {
  if (!s.spec.autoResume) return false;
  return cause === "http" || cause === "websocket" ? s.spec.wakeOn.includes(cause) : true;
}

function resumeRequested(s: Sandbox, { attempt, cause, requestId, newId }: ResumeCommand): Outcome {
  if (s.lastSnapshot === null) return reject({ code: "no_snapshot" });
  const { snapshotId } = s.lastSnapshot;
  return accept({ type: "ResumeRequested", data: { ...attempt, cause, requestId, newId, snapshotId } });
}

/** R10: in every state, and it wakes nothing. Past its deadline it is asked for anew (R16). */
function destroy(s: Sandbox, { cause, attempt }: CommandOf<"Destroy">, now: Instant): Outcome {
  if (s.phase.status === "destroying" && now < s.phase.attempt.deadline) return nothing;
  return accept({ type: "DestroyRequested", data: { ...attempt, cause } });
}

function grantUrl(s: Sandbox, command: CommandOf<"GrantUrl">, now: Instant): Outcome {
  if (s.phase.status === "destroying") return reject({ code: "sandbox_transitioning", status: s.phase.status });
  if (s.grants.some((g) => g.grantId === command.grantId)) return nothing;
  if (s.grants.filter((g) => isOpen(g, now)).length >= MAX_GRANTS) {
    return reject({ code: "too_many_grants", limit: MAX_GRANTS });
  }
  const { grantId, port, transport, expiresAt } = command;
  return accept({ type: "UrlGranted", data: { grantId, port, transport, expiresAt } });
}

const isOpen = (grant: Grant, now: Instant): boolean =>
  !grant.revoked && (grant.expiresAt === null || now < grant.expiresAt);

function revokeUrl(s: Sandbox, { grantId }: CommandOf<"RevokeUrl">): Outcome {
  const grant = s.grants.find((g) => g.grantId === grantId);
  if (grant === undefined) return reject({ code: "grant_not_found" });
  return grant.revoked ? nothing : accept({ type: "UrlRevoked", data: { grantId } });
}

/** R16: the attempt that the stream names reports once; saying it twice is saying it once. */
function report<S extends Phase["status"]>(
  s: Sandbox,
  attemptId: AttemptId,
  during: S,
  as: SandboxEventType,
  events: (phase: Extract<Phase, { status: S }>) => SandboxEvent[],
): Outcome {
  if (s.settled?.attemptId === attemptId && s.settled.as === as) return nothing;
  if (s.phase.status !== during || attemptUnderWay(s)?.attemptId !== attemptId) {
    return reject({ code: "attempt_superseded" });
  }
  return accept(...events(s.phase as Extract<Phase, { status: S }>));
}

function reportPaused(s: Sandbox, { attemptId, snapshot }: CommandOf<"ReportPaused">): Outcome {
  if (s.phase.status === "pausing" && s.phase.snapshotId !== snapshot.snapshotId) {
    return reject({ code: "snapshot_mismatch" });
  }
  return report(s, attemptId, "pausing", "Paused", () => [{ type: "Paused", data: { ...snapshot, attemptId } }]);
}

/** The sandbox goes on running. A deadline that has passed moves a little, or the timer would fire for ever. */
function pauseFailed(phase: Extract<Phase, { status: "pausing" }>, failure: Failure, now: Instant): SandboxEvent {
  const deadline = Instant.latest(phase.deadline, Instant.plusSeconds(now, PAUSE_RETRY_SECONDS));
  return { type: "PauseFailed", data: { attemptId: phase.attempt.attemptId, ...failure, deadline } };
}

/** R9: the new execution gets the timeout as it was last set, and the lineage's volumes. */
function reportResumed(s: Sandbox, { attemptId, node }: CommandOf<"ReportResumed">, now: Instant): Outcome {
  return report(s, attemptId, "resuming", "Resumed", ({ newId }) => {
    const deadline = Instant.plusSeconds(now, s.spec.timeoutSeconds);
    const events: SandboxEvent[] = [
      { type: "Resumed", data: { attemptId, id: newId, node, deadline } },
      { type: "AliasRepointed", data: { from: latestId(s), to: newId } },
    ];
    if (s.spec.volumes.length > 0) events.push({ type: "VolumesRemounted", data: { volumes: s.spec.volumes } });
    return events;
  });
}

/** R18. Only an execution that was live can be lost; one that was never reported as live fails its attempt. */
function reportLost(s: Sandbox, { id, node, reason }: CommandOf<"ReportLost">): Outcome {
  if (s.phase.status === "failed" && s.phase.failure.code === "execution_lost" && id === latestId(s)) return nothing;
  if ((s.phase.status !== "running" && s.phase.status !== "pausing") || id !== latestId(s)) {
    return reject({ code: "execution_superseded" });
  }
  return accept({ type: "ExecutionLost", data: { id, node, reason } });
}

/** R7: the deadline that the timer saw must be the one that holds, and it must have come. */
function timeOut(s: Sandbox, command: CommandOf<"TimeOut">, now: Instant): Outcome {
  const due = nextTimeout(s);
  if (due === null || due.kind !== command.kind || due.deadline !== command.deadline || now < due.deadline) {
    return reject({ code: "timeout_moved" });
  }
  const timedOut: SandboxEvent = { type: "TimedOut", data: due };
  const { onTimeout } = s.spec;
  return onTimeout === "destroy"
    ? accept(timedOut, { type: "DestroyRequested", data: { ...command.attempt, cause: "timeout" } })
    : accept(timedOut, pauseRequested("timeout", onTimeout, command));
}

/** R16: past the deadline anyone may fail the attempt. A destroy is not failed but asked for anew. */
function expireAttempt(s: Sandbox, { attemptId, next }: CommandOf<"ExpireAttempt">, now: Instant): Outcome {
  const { phase } = s;
  const attempt = attemptUnderWay(s);
  if (attempt === null || attempt.attemptId !== attemptId) return reject({ code: "attempt_superseded" });
  if (now < attempt.deadline) return reject({ code: "attempt_not_expired" });
  const failure = (what: string): Failure => ({
    code: "attempt_expired",
    message: `the ${what} did not complete before its deadline`,
    retryable: true,
  });
  switch (phase.status) {
    case "creating":
      return accept({ type: "StartFailed", data: { attemptId, ...failure("start") } });
    case "pausing":
      return accept(pauseFailed(phase, failure("pause"), now));
    case "resuming":
      return accept({ type: "ResumeFailed", data: { attemptId, ...failure("resume") } });
    case "destroying":
      return accept({ type: "DestroyRequested", data: { ...next, cause: "expired_attempt" } });
    case "running":
    case "paused":
    case "failed":
    case "destroyed":
      return reject({ code: "attempt_superseded" });
  }
}

function observeActivity(s: Sandbox, { source, first, last, counts }: CommandOf<"ObserveActivity">): Outcome {
  const until = s.reportedUntil[source];
  if (until !== undefined && last <= until) return reject({ code: "interval_reported" });
  return accept({ type: "ActivityObserved", data: { ...counts, source, first, last } });
}

function recordWakeServed(s: Sandbox, { source, wakeId, report }: CommandOf<"RecordWakeServed">): Outcome {
  if (s.lastWake?.wakeId === wakeId && s.lastWake.reportedBy.includes(source)) {
    return reject({ code: "wake_reported" });
  }
  return accept({ type: "WakeServed", data: { ...report, wakeId, source } });
}
