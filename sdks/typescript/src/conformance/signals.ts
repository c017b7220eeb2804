/** Sends signals as it is told, line by line (sdks/conformance/README.md says how). */
import { createInterface } from 'node:readline';
import { signalPublisher, type NewSignal } from '../index.ts';

interface Call {
  readonly call: string;
  readonly source: string;
  readonly count: number;
  readonly padding: number;
}

const START_US = 1_795_400_000_000_000;

function* life({ source, count, padding }: Call): Iterable<NewSignal> {
  const edge = { source, name: 'life', correlation: source };
  yield { ...edge, id: `${source}:start`, phase: 'START', eventTimeUs: START_US };
  for (let n = 0; n < count; n++)
    yield {
      source,
      id: `${source}:${n}`,
      name: 'sample',
      eventTimeUs: START_US + n,
      values: { heap: n },
      units: { heap: 'MB' },
      metadata: { padding: 'x'.repeat(padding) },
    };
  yield { ...edge, id: `${source}:stop`, phase: 'STOP', eventTimeUs: START_US + count };
  yield { source, id: `${source}:end`, name: 'watermark', phase: 'WATERMARK', eventTimeUs: START_US + count };
}

const tell = (answer: object): void => void process.stdout.write(`${JSON.stringify(answer)}\n`);
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const publisher = await signalPublisher(JSON.parse(String((await lines.next()).value)) as object);
tell({ ready: true });

for await (const line of lines) {
  const call = JSON.parse(line) as Call;
  publisher.publish(life(call)).then(
    () => tell({ call: call.call, ok: true }),
    (error: Error) => tell({ call: call.call, error: error.message }),
  );
}
await publisher.close();
tell({ closed: true });
