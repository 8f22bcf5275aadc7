import type { Meter, Tracer } from '@opentelemetry/api';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';

/** Often enough to watch a long run; a short one is sent when it ends. */
const METRICS_EVERY_MS = 15_000;

export interface StartedExport {
  readonly tracer: Tracer;
  readonly meter: Meter;
  /** Sends what is left and stops. */
  shutdown(): Promise<void>;
}

/** Starts the exporters over HTTP. Providers are not registered globally: the events of a run are all that is sent. */
export function startExport({ traces, metrics, serviceName }: { readonly traces: boolean; readonly metrics: boolean; readonly serviceName: string }): StartedExport {
  const resource = resourceFromAttributes({ 'service.name': serviceName });
  const tracers = new TracerProvider({ resource, spanProcessors: traces ? [new BatchSpanProcessor({ exporter: new OTLPTraceExporter() })] : [] });
  const meters = new MeterProvider({ resource, readers: metrics ? [new PeriodicExportingMetricReader({ exporter: new OTLPMetricExporter(), exportIntervalMillis: METRICS_EVERY_MS })] : [] });
  return {
    tracer: tracers.getTracer('tidemark'),
    meter: meters.getMeter('tidemark'),
    shutdown: async () => {
      await Promise.all([tracers.shutdown(), meters.shutdown()]);
    },
  };
}
