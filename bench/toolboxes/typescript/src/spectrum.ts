import { fft } from 'fourier-transform';

export interface Spectrum {
  readonly peakHz: number;
  readonly peakAmplitude: number;
  readonly amplitudes: Float64Array;
}

/** Amplitudes of values less their mean, under a periodic Hann window; `rate` in Hz. */
export function spectrumOf(values: Float64Array, rate: number): Spectrum {
  const count = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const window = values.map((_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / count));
  const total = window.reduce((sum, weight) => sum + weight, 0);
  const [real, imaginary] = fft(values.map((value, i) => (value - mean) * window[i]!));
  const amplitudes = real.map((part, k) => (2 * Math.hypot(part, imaginary[k]!)) / total);
  let peak = 1;
  for (let k = 2; k < amplitudes.length; k++) if (amplitudes[k]! > amplitudes[peak]!) peak = k;
  return { peakHz: (peak * rate) / count, peakAmplitude: amplitudes[peak]!, amplitudes };
}
