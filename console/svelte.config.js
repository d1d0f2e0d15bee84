// Svelte's own settings: runes everywhere, so that a component reads the same way wherever it is.
export default { compilerOptions: { runes: undefined } };
