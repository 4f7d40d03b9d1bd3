import {
  AttributeEvaluationResolver,
  AttributesOfControl,
  AttributesOfEvaluation,
} from './attribute-evaluation.resolver.js'
import { CalculatorsResolver } from './calculators.resolver.js'
import { ControlEvaluationResolver } from './control-evaluation.resolver.js'
import { ExplainedDeviations, ProcedureOfResult } from './explained.resolver.js'
import { decideExplanationGate, explainDeviationGate } from './explanation.actions.js'
import { SampleExtensionResolver } from './extension.js'
import { Result } from './result.js'
import { ResultResolver, SampleItemResolver } from './result.resolver.js'
import { drawSampleGate, extendSampleGate, recordingGate } from './sample.actions.js'
import { Sample } from './sample.js'
import { ProcedureSample, SampleResolver } from './sample.resolver.js'
import { SampleItem } from './sample-item.js'

export const sample = {
  name: 'sample',
  rows: [Sample, SampleItem, Result],
  resolvers: [
    CalculatorsResolver,
    ControlEvaluationResolver,
    SampleResolver,
    AttributesOfEvaluation,
    AttributeEvaluationResolver,
    AttributesOfControl,
    SampleExtensionResolver,
    ProcedureSample,
    SampleItemResolver,
    ResultResolver,
    ExplainedDeviations,
    ProcedureOfResult,
  ],
  gates: {
    drawSample: drawSampleGate,
    extendSample: extendSampleGate,
    recordResult: recordingGate,
    recordResults: recordingGate,
    explainDeviation: explainDeviationGate,
    decideExplanation: decideExplanationGate,
  },
}
