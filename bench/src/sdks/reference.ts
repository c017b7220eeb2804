import { fromValue, type ResultRecord } from '@windlass/contracts';
import { LIMIT, loadOf, RATE, samplesOf, type Algorithm } from './tasks.ts';

const ROLLING = 32;
/** Libraries add in another order. */
const TOLERANCE = 1e-9;

type Plain = number | boolean | readonly number[] | { readonly [name: string]: Plain };

/** What each algorithm of the toolbox must answer on a source's samples, by the definitions: slow, and without any library. */
export function expectedOf(source: number): Readonly<Record<Algorithm, Plain>> {
  const samples = [...samplesOf(source)];
  const whole = statisticsOf(samples);
  const stretches = samples.slice(ROLLING - 1).map((_, i) => statisticsOf(samples.slice(i, i + ROLLING)));
  const highestDeviation = Math.max(...stretches.map(({ deviation }) => deviation));
  const amplitudes = amplitudesOf(samples.map((value) => value - whole.mean));
  const peak = amplitudes.indexOf(Math.max(...amplitudes.slice(1)), 1);
  const score = amplitudes[peak]! / LIMIT;
  return {
    rolling: { ...whole, highestMean: Math.max(...stretches.map(({ mean }) => mean)), highestDeviation },
    spectrum: { peakHz: (peak * RATE) / samples.length, peakAmplitude: amplitudes[peak]!, amplitudes },
    threshold: { score, alarm: score > 1 || highestDeviation > 3 * whole.deviation },
    trivial: 2 * loadOf(source),
  };
}

/** @throws Error naming where an answer differs from what is expected. */
export function checkAnswer(source: number, run: readonly Algorithm[], { items }: ResultRecord): void {
  const expected = expectedOf(source);
  for (const [place, name] of run.entries()) {
    const item = items[place];
    if (!item?.result) throw new Error(`${name} of source ${source}: ${item?.error?.message ?? 'no answer'}`);
    compare(fromValue(item.result), expected[name], `${name} of source ${source}`);
  }
}

function statisticsOf(values: readonly number[]): { readonly mean: number; readonly deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / values.length) };
}

/** The discrete Fourier transform as it is defined. */
function amplitudesOf(values: readonly number[]): number[] {
  const count = values.length;
  const window = values.map((_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / count));
  const total = window.reduce((sum, weight) => sum + weight, 0);
  return Array.from({ length: count / 2 + 1 }, (_, k) => {
    let [real, imaginary] = [0, 0];
    for (const [i, value] of values.entries()) {
      // Reduced first: the sine of a large angle is less exact.
      const angle = (2 * Math.PI * ((i * k) % count)) / count;
      real += value * window[i]! * Math.cos(angle);
      imaginary -= value * window[i]! * Math.sin(angle);
    }
    return (2 * Math.hypot(real, imaginary)) / total;
  });
}

function compare(actual: unknown, expected: Plain, path: string): void {
  if (typeof expected === 'number') {
    const bound = TOLERANCE * Math.max(1, Math.abs(expected));
    if (typeof actual === 'number' && Math.abs(actual - expected) <= bound) return;
  } else if (typeof expected === 'boolean') {
    if (actual === expected) return;
  } else if (typeof actual === 'object' && actual !== null) {
    const fields = Object.entries(expected);
    for (const [name, value] of fields) compare((actual as Record<string, unknown>)[name], value, `${path}.${name}`);
    if (Object.keys(actual).length === fields.length) return;
  }
  throw new Error(`${path} is ${String(actual)}, expected ${JSON.stringify(expected)}`);
}
