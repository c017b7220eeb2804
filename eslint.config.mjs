export { default } from '@windlass/lint';
