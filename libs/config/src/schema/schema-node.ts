import type { Secret } from '@tidemark/domain';

/**
 * The subset of JSON Schema (draft 7) in which the configuration is described. Closed maps list `properties`;
 * maps with free names give `additionalProperties` a schema.
 */
export type SchemaNode = ClosedMap | NamedMap | ListSchema | LeafSchema | AnythingSchema;

export interface ClosedMap {
  readonly type: 'object';
  readonly description?: string;
  readonly properties: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties: false;
}

export interface NamedMap {
  readonly type: 'object';
  readonly description?: string;
  readonly propertyNames: { readonly pattern: string };
  readonly additionalProperties: SchemaNode;
}

export interface ListSchema {
  readonly type: 'array';
  /** The phrase that messages give as allowed. */
  readonly title?: string;
  readonly description?: string;
  readonly items: SchemaNode;
  readonly minItems?: number;
  readonly uniqueItems?: boolean;
}

export interface LeafSchema {
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | readonly ['string', 'integer'];
  readonly title?: string;
  readonly description?: string;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly format?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly default?: string | number | boolean;
  /** JSON Schema's mark for values that are set and never shown: passwords and keys. */
  readonly writeOnly?: true;
}

/** Free content that Tidemark does not read. */
export interface AnythingSchema {
  readonly description?: string;
  readonly type?: undefined;
}

/** The TypeScript type of the values that a schema admits; every key may be missing, since a document is one layer of several. */
export type ValueOf<S> = S extends { readonly properties: infer P }
  ? { readonly [K in keyof P]?: ValueOf<P[K]> }
  : S extends { readonly additionalProperties: infer V extends object }
    ? Readonly<Record<string, ValueOf<V>>>
    : S extends { readonly items: infer I }
      ? readonly ValueOf<I>[]
      : S extends { readonly writeOnly: true }
        ? string | Secret
      : S extends { readonly enum: readonly (infer E)[] }
        ? E
        : S extends { readonly type: readonly ['string', 'integer'] }
          ? string | number
          : S extends { readonly type: 'string' }
            ? string
            : S extends { readonly type: 'integer' | 'number' }
              ? number
              : S extends { readonly type: 'boolean' }
                ? boolean
                : unknown;

/** The same after the defaults were laid under it: keys with a default and maps with fixed keys are there. */
export type FilledOf<S> = S extends { readonly properties: infer P }
  ? { readonly [K in keyof P as P[K] extends { readonly default: unknown } | { readonly properties: unknown } ? K : never]: FilledOf<P[K]> } & {
      readonly [K in keyof P as P[K] extends { readonly default: unknown } | { readonly properties: unknown } ? never : K]?: ValueOf<P[K]>;
    }
  : ValueOf<S>;
