/** The Node that the built launcher runs on in the end-to-end tests; CI sets others in turn. */
export function nodeForTests(): string {
  return process.env['LLMSEL_TEST_NODE'] ?? process.execPath
}
