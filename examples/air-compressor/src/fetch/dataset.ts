/** The data of this example, where it lies, and whose it is. */
export const DATASET = {
  name: 'MetroPT-3',
  url: 'https://archive.ics.uci.edu/static/public/791/metropt+3+dataset.zip',
  member: 'MetroPT3(AirCompressor).csv',
  /** SHA-256 of the CSV, by which many who use it have found the same file. */
  sha256: 'db30ccb4ea402e3c8bf2c99db06e288d4f2a772f6928f9dbe26a920d69793e24',
  bytes: 218_300_507,
  rows: 1_516_948,
  licence: 'Creative Commons Attribution 4.0 International (CC BY 4.0), https://creativecommons.org/licenses/by/4.0/',
  citation:
    'Davari, N., Veloso, B., Ribeiro, R., Gama, J. (2021). MetroPT-3 Dataset. UCI Machine Learning Repository. https://doi.org/10.24432/C5VW3R',
} as const;

/** The file as it is kept, under the folder of this example's data. */
export const CSV_FILE = 'metropt-3.csv';

/** Failures that the operator has reported, as the data set's description lists them. The clock is that of the data, read as UTC. */
export const FAILURES: readonly Failure[] = [
  { what: 'air leak', fromUs: at('2020-04-18T00:00:00Z'), toUs: at('2020-04-18T23:59:00Z') },
  { what: 'air leak', fromUs: at('2020-05-29T23:30:00Z'), toUs: at('2020-05-30T06:00:00Z') },
  { what: 'air leak', fromUs: at('2020-06-05T10:00:00Z'), toUs: at('2020-06-07T14:30:00Z') },
  { what: 'air leak', fromUs: at('2020-07-15T14:30:00Z'), toUs: at('2020-07-15T19:00:00Z') },
];

export interface Failure {
  readonly what: string;
  readonly fromUs: number;
  readonly toUs: number;
}

function at(text: string): number {
  return Date.parse(text) * 1_000;
}
