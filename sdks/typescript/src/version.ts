/** Of this package; told with heartbeats. */
export const VERSION = '0.1.0';
