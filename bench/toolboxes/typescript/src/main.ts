// The toolbox on the TypeScript SDK and fourier-transform; what it must do is told in ../../README.md.
import { algorithm, boolean, double, doubles, processor, same, struct, windowType } from '@windlass/sdk';
import { rolled } from './rolling.ts';
import { spectrumOf } from './spectrum.ts';

const on = windowType<{ rate: number; limit: number; load: number }>('bench@1');
const version = '1';
const channel = ({ signals }: { readonly signals: readonly { readonly values: Readonly<Record<string, number>> }[] }) =>
  Float64Array.from(signals, ({ values }) => values['value']!);

const rolling = algorithm(
  {
    name: 'rolling',
    version,
    on,
    result: struct({ mean: double(), deviation: double(), highestMean: double(), highestDeviation: double() }),
  },
  (context) => rolled(channel(context)),
);

const spectrum = algorithm(
  {
    name: 'spectrum',
    version,
    on,
    result: struct({ peakHz: double('Hz'), peakAmplitude: double(), amplitudes: doubles() }),
  },
  (context) => spectrumOf(channel(context), context.window.metadata.rate),
);

const threshold = algorithm(
  {
    name: 'threshold',
    version,
    on,
    needs: { rolling: same(rolling), spectrum: same(spectrum) },
    result: struct({ score: double(), alarm: boolean() }),
  },
  ({ inputs, window }) => {
    const score = inputs.spectrum.peakAmplitude / window.metadata.limit;
    return { score, alarm: score > 1 || inputs.rolling.highestDeviation > 3 * inputs.rolling.deviation };
  },
);

const trivial = algorithm({ name: 'trivial', version, on, result: double() }, ({ window }) => 2 * window.metadata.load);

await processor({
  name: 'toolbox',
  algorithms: [rolling, spectrum, threshold, trivial],
  from: import.meta.url,
}).start();
