import { expect, test } from 'vitest'
import { createCatalogue } from '../../../src/domain/models/catalogue.ts'
import {
  checkLocal,
  localChoices,
  proposedLocal,
  type PulledModel,
} from '../../../src/domain/setup/local-models.ts'

function pulled(name: string, gigabytes: number | null, rest: Partial<PulledModel> = {}) {
  const bytes = gigabytes === null ? null : gigabytes * 1e9
  return { name, bytes, family: null, remote: false, ...rest }
}

const MODELS = [
  pulled('llama3.2:latest', 2),
  pulled('qwen3:8b', 5),
  pulled('llama3.3:70b', 43),
  pulled('qwen3:32b', 20),
]

test('the largest that fits comes first, those that do not fit last, the smallest of them first', () => {
  expect(localChoices(MODELS, 16e9).map(({ name, fits }) => [name, fits])).toEqual([
    ['qwen3:8b', true],
    ['llama3.2', true],
    ['qwen3:32b', false],
    ['llama3.3:70b', false],
  ])
})

test('of a server elsewhere the memory is not known, so everything fits', () => {
  expect(localChoices(MODELS, null)[0]).toEqual({ name: 'llama3.3:70b', bytes: 43e9, fits: true })
})

test('a model of unknown size comes after those of which it is known', () => {
  const names = localChoices([pulled('a:1', null), pulled('b:1', 1)], 16e9).map(({ name }) => name)
  expect(names).toEqual(['b:1', 'a:1'])
})

test.each([
  ['an embedding model by its family', pulled('some:1', 1, { family: 'nomic-bert' })],
  ['an embedding model by its name', pulled('mxbai-embed-large:latest', 1)],
  ['one that runs elsewhere', pulled('big:1', 1, { remote: true })],
  ['one of the cloud by its tag', pulled('gpt-oss:120b-cloud', 1)],
  ['what is no name', pulled('\u001b[31mred', 1)],
  ['no name at all', pulled('', 1)],
])('%s is not offered', (_, model) => {
  expect(localChoices([model], null)).toEqual([])
})

test.each([
  ['nothing is pulled', [], 'qwen3:8b', null],
  ['nothing is configured', ['qwen3:8b', 'llama3.2'], null, 'qwen3:8b'],
  ['what is configured is pulled', ['qwen3:8b', 'llama3.2'], 'llama3.2', 'llama3.2'],
  ['the tag stands there', ['qwen3:8b', 'llama3.2'], 'llama3.2:latest', 'llama3.2:latest'],
  ['what is configured is gone', ['qwen3:8b', 'llama3.2'], 'mistral', 'qwen3:8b'],
])('the proposal where %s', (_, names, configured, expected) => {
  const choices = names.map((name) => ({ name, bytes: null, fits: true }))
  expect(proposedLocal(choices, configured)).toBe(expected)
})

const catalogue = createCatalogue({ pins: {}, models: {}, ollamaModel: null })

test('any name that may be a local model is accepted, pulled or not', () => {
  expect(checkLocal('qwen3:8b', catalogue)).toBe('qwen3:8b')
  expect(checkLocal('mistral', catalogue)).toBe('mistral')
})

test.each([
  ['claude-haiku-5-5', '--ollama-model: "claude-haiku-5-5" is a model of claude, not a local one'],
  ['gpt-oss:120b-cloud', 'runs on the servers of Ollama, for money'],
  ['no name', '--ollama-model: "no name" is no name of a model'],
])('%s is refused', (name, message) => {
  expect(() => checkLocal(name, catalogue)).toThrow(message)
})
