import type { Reporter } from '@tidemark/cli-kit';
import type { Logger } from '@tidemark/domain';

/** How long the end of a run waits for a collector. */
const FLUSH_MS = 5_000;

type Environment = Readonly<Record<string, string | undefined>>;

/** Traces and figures on their way to a collector. */
export interface Telemetry {
  readonly reporter: Reporter;
  /** Sends what is left. Never throws: a collector that is away stops no run. */
  end(): Promise<void>;
}

/**
 * Sends traces and figures to the OpenTelemetry collector that the standard variables name
 * (`OTEL_EXPORTER_OTLP_ENDPOINT`, or that of traces or metrics alone); null when none is named, and nothing is loaded then.
 * The exporters read the rest of the variables themselves: headers, timeouts, certificates.
 */
export async function openTelemetry(env: Environment, logger: Logger): Promise<Telemetry | null> {
  const isOn = (signal: 'TRACES' | 'METRICS'): boolean =>
    env[`OTEL_${signal}_EXPORTER`] !== 'none' && [env['OTEL_EXPORTER_OTLP_ENDPOINT'], env[`OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`]].some((endpoint) => endpoint !== undefined && endpoint !== '');
  if (env['OTEL_SDK_DISABLED'] === 'true' || !(isOn('TRACES') || isOn('METRICS'))) return null;
  // A CLI that starts in a tenth of a second has no room for an SDK that is not used.
  const [{ startExport }, { eventTelemetry }] = await Promise.all([import('./start-export.ts'), import('@tidemark/cli-kit/telemetry')]);
  const started = startExport({ traces: isOn('TRACES'), metrics: isOn('METRICS'), serviceName: env['OTEL_SERVICE_NAME'] ?? 'tidemark' });
  const reporter = eventTelemetry(started.tracer, started.meter);
  return {
    reporter,
    end: async () => {
      reporter.close();
      try {
        await Promise.race([started.shutdown(), new Promise<void>((resolve) => setTimeout(resolve, FLUSH_MS).unref())]);
      } catch (error) {
        logger.warn({ error: error instanceof Error ? error.message : String(error) }, 'traces and figures could not be sent to the collector');
      }
    },
  };
}
