/**
 * The layers of the workspace as rules for @nx/enforce-module-boundaries.
 * A project carries one `layer:` tag in its package.json; docs/ARCHITECTURE.md draws the layers.
 */
const LAYERS = {
  'layer:domain': [],
  'layer:core': ['layer:domain', 'scope:layout'],
  'layer:adapter': ['layer:domain', 'layer:core'],
  'layer:engine': ['layer:domain', 'layer:core', 'layer:adapter'],
  'layer:kit': ['layer:domain', 'layer:core', 'layer:engine'],
  'layer:entry': ['layer:domain', 'layer:core', 'layer:engine', 'layer:kit', 'layer:entry'],
  'layer:testing': ['layer:tool', 'layer:stand-in'],
  'layer:stand-in': [],
  'layer:tool': ['layer:tool', 'layer:stand-in', 'layer:domain', 'layer:core', 'layer:adapter', 'layer:engine', 'layer:kit', 'layer:entry', 'layer:testing'],
};

/** A driver is imported by the projects that own it and by nobody else. */
const DRIVER_OWNERS = {
  mysql2: ['connections', 'extractor', 'local-stack', 'demo', 'bench', 'testkit'],
  pg: ['connections', 'redshift-loader', 'redshift-emulator', 'local-stack', 'demo', 'testkit'],
  ssh2: ['tunnel', 'local-stack'],
  '@aws-sdk/*': ['s3-store', 'secrets-aws', 'aws-auth', 's3-emulator', 'local-stack', 'demo'],
  '@smithy/*': ['s3-store', 's3-emulator'],
};

const PROJECTS = [
  'domain', 'layout', 'config', 'cdc-strategies', 'ddl-optimizer', 'tunnel', 'connections', 'extractor', 'parquet-writer', 's3-store',
  'watermark', 'redshift-loader', 'secrets-aws', 'aws-auth', 'sync-engine', 'cli-kit', 'testkit', 'cli', 'plugin-watermark', 'plugin-s3clean',
  'redshift-emulator', 's3-emulator', 'local-stack', 'demo', 'bench', 'checks',
];

/**
 * Options of the rule.
 * @param {{ tests?: boolean }} [options] tests may also use testkit, the stand-ins and the drivers that talk to them
 */
export function boundaries({ tests = false } = {}) {
  const testLayers = ['layer:testing', 'layer:stand-in', 'layer:tool'];
  const layerRules = Object.entries(LAYERS).map(([sourceTag, allowed]) => ({
    sourceTag,
    onlyDependOnLibsWithTags: tests ? [...allowed, ...testLayers, sourceTag] : allowed.length > 0 ? allowed : ['layer:none'],
  }));
  const driverRules = PROJECTS.map((project) => ({
    sourceTag: `scope:${project}`,
    bannedExternalImports: Object.entries(DRIVER_OWNERS).filter(([, owners]) => !owners.includes(project)).map(([driver]) => driver),
  })).filter((rule) => rule.bannedExternalImports.length > 0);
  return {
    enforceBuildableLibDependency: false,
    allow: [],
    // A package that is loaded late in one place may be imported at once in another: each start loads what it uses.
    checkDynamicDependenciesExceptions: ['.*'],
    depConstraints: tests ? layerRules : [...layerRules, ...driverRules],
  };
}
