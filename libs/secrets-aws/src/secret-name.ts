import type { SecretReference } from '@tidemark/config';

/** A reference taken apart. */
export interface SecretName {
  /** As the API takes it: a name or an ARN. */
  readonly id: string;
  /** The key of a JSON secret; null for the whole text. */
  readonly key: string | null;
  /** Of an ARN; null: that of the environment. */
  readonly region: string | null;
}

/** `shop/mysql#password`, `arn:aws:secretsmanager:eu-central-1:…`, `/shop/mysql/password`. */
export function secretName({ scheme, name }: SecretReference): SecretName {
  const hash = scheme === 'aws-sm' ? name.lastIndexOf('#') : -1;
  const id = hash === -1 ? name : name.slice(0, hash);
  const region = /^arn:[^:]*:[^:]*:([^:]+):/.exec(id)?.[1] ?? null;
  return { id, key: hash === -1 ? null : name.slice(hash + 1), region };
}
