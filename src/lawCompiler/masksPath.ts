/** Path of the compiled law from the root of the project. */
export const MASKS_PATH = 'policies/build/masks.json';
