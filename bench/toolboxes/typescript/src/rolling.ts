/** How many values that follow each other are looked at. */
const ROLLING = 32;

export interface Rolled {
  readonly mean: number;
  readonly deviation: number;
  readonly highestMean: number;
  readonly highestDeviation: number;
}

/** Mean and deviation of all values, and the highest of each over any ROLLING that follow each other. */
export function rolled(values: Float64Array): Rolled {
  const [mean, deviation] = meanAndDeviation(values);
  let [highestMean, highestDeviation] = [-Infinity, 0];
  for (let end = ROLLING; end <= values.length; end++) {
    const [one, spread] = meanAndDeviation(values.subarray(end - ROLLING, end));
    highestMean = Math.max(highestMean, one);
    highestDeviation = Math.max(highestDeviation, spread);
  }
  return { mean, deviation, highestMean, highestDeviation };
}

function meanAndDeviation(values: Float64Array): [number, number] {
  let sum = 0;
  for (const value of values) sum += value;
  const mean = sum / values.length;
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  return [mean, Math.sqrt(squares / values.length)];
}
