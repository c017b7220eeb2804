import type { WindowState } from './state.ts';

type Mutable = { -readonly [Field in keyof WindowState]: WindowState[Field] };

/**
 * A window while a step works on it: the very state that it came from until it is changed, and from then on a copy that is the step's own.
 * So a step copies only the windows that it touches, whatever their number, and whoever stores the next state sees which those are.
 */
export class Window {
  private current: Mutable;
  private isOwn = false;

  constructor(state: WindowState) {
    this.current = state;
  }

  get state(): WindowState {
    return this.current;
  }

  private get own(): Mutable {
    if (!this.isOwn) this.current = copyOfWindow(this.current);
    this.isOwn = true;
    return this.current;
  }

  get id(): WindowState['id'] {
    return this.current.id;
  }

  get startUs(): WindowState['startUs'] {
    return this.current.startUs;
  }

  get endUs(): WindowState['endUs'] {
    return this.current.endUs;
  }
  set endUs(value) {
    this.own.endUs = value;
  }

  get parentId(): WindowState['parentId'] {
    return this.current.parentId;
  }

  get elements(): WindowState['elements'] {
    return this.current.elements;
  }
  set elements(value) {
    this.own.elements = value;
  }

  get firedElements(): WindowState['firedElements'] {
    return this.current.firedElements;
  }
  set firedElements(value) {
    this.own.firedElements = value;
  }

  get revision(): WindowState['revision'] {
    return this.current.revision;
  }
  set revision(value) {
    this.own.revision = value;
  }

  get version(): WindowState['version'] {
    return this.current.version;
  }
  set version(value) {
    this.own.version = value;
  }

  get fired(): WindowState['fired'] {
    return this.current.fired;
  }
  set fired(value) {
    this.own.fired = value;
  }

  get finalized(): WindowState['finalized'] {
    return this.current.finalized;
  }
  set finalized(value) {
    this.own.finalized = value;
  }

  get dirty(): WindowState['dirty'] {
    return this.current.dirty;
  }
  set dirty(value) {
    this.own.dirty = value;
  }

  get lateBorn(): WindowState['lateBorn'] {
    return this.current.lateBorn;
  }
  set lateBorn(value) {
    this.own.lateBorn = value;
  }

  get withdrawn(): WindowState['withdrawn'] {
    return this.current.withdrawn;
  }
  set withdrawn(value) {
    this.own.withdrawn = value;
  }

  get childrenOpen(): WindowState['childrenOpen'] {
    return this.current.childrenOpen;
  }
  set childrenOpen(value) {
    this.own.childrenOpen = value;
  }

  get awaited(): WindowState['awaited'] {
    return this.current.awaited;
  }
  set awaited(value) {
    this.own.awaited = value;
  }

  get completed(): WindowState['completed'] {
    return this.current.completed;
  }
  set completed(value) {
    this.own.completed = value;
  }

  get awaitsFinal(): WindowState['awaitsFinal'] {
    return this.current.awaitsFinal;
  }
  set awaitsFinal(value) {
    this.own.awaitsFinal = value;
  }

  get metadata(): WindowState['metadata'] {
    return this.current.metadata;
  }
  set metadata(value) {
    this.own.metadata = value;
  }

  get closingMetadata(): WindowState['closingMetadata'] {
    return this.current.closingMetadata;
  }
  set closingMetadata(value) {
    this.own.closingMetadata = value;
  }

  get openedAtElement(): WindowState['openedAtElement'] {
    return this.current.openedAtElement;
  }
  set openedAtElement(value) {
    this.own.openedAtElement = value;
  }

  get openedAtUs(): WindowState['openedAtUs'] {
    return this.current.openedAtUs;
  }
  set openedAtUs(value) {
    this.own.openedAtUs = value;
  }

  get origin(): WindowState['origin'] {
    return this.current.origin;
  }
  set origin(value) {
    this.own.origin = value;
  }

  get depth(): WindowState['depth'] {
    return this.current.depth;
  }

  get earlyDueUs(): WindowState['earlyDueUs'] {
    return this.current.earlyDueUs;
  }
  set earlyDueUs(value) {
    this.own.earlyDueUs = value;
  }

  get lateDueUs(): WindowState['lateDueUs'] {
    return this.current.lateDueUs;
  }
  set lateDueUs(value) {
    this.own.lateDueUs = value;
  }

  get outcomeAtUs(): WindowState['outcomeAtUs'] {
    return this.current.outcomeAtUs;
  }
  set outcomeAtUs(value) {
    this.own.outcomeAtUs = value;
  }

  get pastChildren(): WindowState['pastChildren'] {
    return this.current.pastChildren;
  }
  set pastChildren(value) {
    this.own.pastChildren = value;
  }

  get pastChildrenEndUs(): WindowState['pastChildrenEndUs'] {
    return this.current.pastChildrenEndUs;
  }
  set pastChildrenEndUs(value) {
    this.own.pastChildrenEndUs = value;
  }

  get childrenPublished(): WindowState['childrenPublished'] {
    return this.current.childrenPublished;
  }
  set childrenPublished(value) {
    this.own.childrenPublished = value;
  }

  get neededUs(): WindowState['neededUs'] {
    return this.current.neededUs;
  }
  set neededUs(value) {
    this.own.neededUs = value;
  }

  get firstElements(): WindowState['firstElements'] {
    return this.current.firstElements;
  }
  set firstElements(value) {
    this.own.firstElements = value;
  }

  get onTimeElements(): WindowState['onTimeElements'] {
    return this.current.onTimeElements;
  }
  set onTimeElements(value) {
    this.own.onTimeElements = value;
  }
}

/** All fields of a window, which a shell may make only when they are asked for. Named one by one: to copy whatever is there takes longer. */
export const copyOfWindow = (window: WindowState): Mutable => ({
  id: window.id,
  startUs: window.startUs,
  endUs: window.endUs,
  parentId: window.parentId,
  elements: window.elements,
  firedElements: window.firedElements,
  revision: window.revision,
  version: window.version,
  fired: window.fired,
  finalized: window.finalized,
  dirty: window.dirty,
  lateBorn: window.lateBorn,
  withdrawn: window.withdrawn,
  childrenOpen: window.childrenOpen,
  awaited: window.awaited,
  completed: window.completed,
  awaitsFinal: window.awaitsFinal,
  metadata: window.metadata,
  closingMetadata: window.closingMetadata,
  openedAtElement: window.openedAtElement,
  openedAtUs: window.openedAtUs,
  origin: window.origin,
  depth: window.depth,
  earlyDueUs: window.earlyDueUs,
  lateDueUs: window.lateDueUs,
  outcomeAtUs: window.outcomeAtUs,
  pastChildren: window.pastChildren,
  pastChildrenEndUs: window.pastChildrenEndUs,
  childrenPublished: window.childrenPublished,
  neededUs: window.neededUs,
  firstElements: window.firstElements,
  onTimeElements: window.onTimeElements,
});
