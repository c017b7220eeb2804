export { beginUs } from './begin.ts';
export { definedView } from './defined-view.ts';
export type { DefinedView } from './defined-view.ts';
export { Simulation } from './simulation.ts';
export type { SimulationOptions } from './simulation.ts';
export { timeText } from './time-text.ts';
export { SimulationError } from './step.ts';
export type { Dropped, FoundOutcome, SimulationEvent, SimulationStep, Skipped, WindowName } from './step.ts';
