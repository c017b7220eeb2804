declare module 'fourier-transform' {
  /** DFT of real values, as many as a power of two, not normalised: real and imaginary parts of bins 0 … n/2, which the next call overwrites. */
  export function fft(values: Float64Array): [Float64Array, Float64Array];
}
