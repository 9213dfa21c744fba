/**
 * The library: the dated catalogue of models, and what a profile makes of the environment.
 * The command line is made of the same pieces.
 */
export {
  CATALOGUE_DATE,
  createCatalogue,
  resolveModel,
  type Catalogue,
  type CatalogueOptions,
  type Resolution,
} from './domain/models/catalogue.ts'
export { lifecycleWarning, statusOn } from './domain/models/lifecycle.ts'
export { bandFor, pricesOn } from './domain/models/prices.ts'
export type {
  IsoDate,
  Lifecycle,
  Model,
  ModelStatus,
  PriceBand,
  PricePeriod,
  Provider,
  UsdPerMillion,
} from './domain/models/model.ts'
