export { commandProblems } from './command-problems.ts';
