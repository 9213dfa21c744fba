declare const LLMSEL_VERSION: string | undefined

/** The package's version, put in by the build; sources run by the tests have none. */
export const VERSION: string = typeof LLMSEL_VERSION === 'string' ? LLMSEL_VERSION : '0.0.0-source'
