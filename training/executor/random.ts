// The seeded generator, as the executor's neighbours know it.
export { type Random, seeded, seedFor } from '../../core/random';
