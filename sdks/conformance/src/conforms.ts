/** What every SDK passes, on real Kafka and a real schema registry; sdks/conformance/README.md says what it is given. */
import { afterAll, beforeAll, describe } from '@jest/globals';
import { buildProgram, type ForeignProgram } from '@windlass/embedded';
import { manifests, missingOf, needing, skippedFor } from './manifest.ts';
import { cancels } from './suite/cancellation.ts';
import { commitsOffsets } from './suite/committed-offsets.ts';
import { deadLettersUnknownHomes, deadLettersUnreadableTasks } from './suite/dead-letters.ts';
import { drains } from './suite/draining.ts';
import { sendsHeartbeats, servesHealth } from './suite/health.ts';
import { logs } from './suite/logs.ts';
import { survivesLongWork } from './suite/long-work.ts';
import { limitsNestingDepth } from './suite/nesting-depth.ts';
import { findsPoisonTask } from './suite/poison-task.ts';
import { answersRedelivery } from './suite/redelivery.ts';
import { registers } from './suite/registration.ts';
import { fetchesByReference } from './suite/results-by-reference.ts';
import { DEADLINE_MS, SdkUnderTest } from './suite/sdk-under-test.ts';
import { keepsSourceOrder } from './suite/source-order.ts';
import { takesOver } from './suite/take-over.ts';
import { answersTaskCases } from './suite/task-cases.ts';

/** The first time an SDK may have to fetch what it is made of. */
const BUILD_DEADLINE_MS = 900_000;

/** Declares the suite for one SDK, which is skipped where its toolchain is not there; CI has all. Errors: no such SDK. */
export function describeSdk(sdk: string): void {
  const manifest = manifests().find(({ name }) => name === sdk);
  if (!manifest) throw new Error(`no SDK called ${sdk} has a conformance.json`);
  (skippedFor(manifest).length > 0 ? describe.skip : describe)(`the SDK for ${needing(sdk, missingOf(manifest))}`, () =>
    conforms(manifest),
  );
}

/** In this order: a test may stand on what those before it sent and took down. */
function conforms(manifest: ForeignProgram): void {
  const sdk = new SdkUnderTest(manifest);
  beforeAll(() => buildProgram(manifest), BUILD_DEADLINE_MS);
  beforeAll(() => sdk.open(), DEADLINE_MS);
  afterAll(() => sdk.close(), DEADLINE_MS);

  describe('at its start', () => {
    registers(sdk);
    logs(sdk);
    servesHealth(sdk);
  });

  answersTaskCases(sdk);

  describe('while it works', () => {
    keepsSourceOrder(sdk);
    answersRedelivery(sdk);
    cancels(sdk);
    fetchesByReference(sdk);
    survivesLongWork(sdk);
    deadLettersUnreadableTasks(sdk);
    limitsNestingDepth(sdk);
    deadLettersUnknownHomes(sdk);
    commitsOffsets(sdk);
    sendsHeartbeats(sdk);
  });

  describe('when processes come and go', () => {
    takesOver(sdk);
    drains(sdk);
    findsPoisonTask(sdk);
  });
}
