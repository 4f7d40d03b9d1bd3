// biome-ignore-all lint/suspicious/noExplicitAny: answers of another API, taken apart once
/** PostGraphile's answers in the shape of the service's: other names, lists one level deeper, counts not yet computed. */
export const readings: Readonly<Record<string, (data: any) => unknown>> = {
  board: ({ engagementByFirmIdAndRowId: engagement }) => ({
    engagement: engagement && {
      ...named(engagement, 'systemName', 'kind', 'state', 'periodStart', 'periodEnd'),
      controls: { nodes: engagement.controlsByFirmIdAndEngagementId.nodes.map(controlOf) },
    },
  }),

  sheet: ({ procedureByFirmIdAndRowId: procedure }) => ({
    procedure: procedure && {
      ...named(procedure, 'ref', 'objective', 'state'),
      attributes: procedure.attributesByFirmIdAndProcedureId.nodes,
      sample: sampleOf(procedure.sampleByFirmIdAndProcedureId),
    },
  }),

  exceptions: ({ allExceptions: { pageInfo, nodes } }) => ({
    exceptions: {
      pageInfo: { hasNextPage: pageInfo.hasNextPage, endCursor: cursorAt(nodes.at(-1)?.rowId) },
      nodes: nodes.map((node: any) => ({
        ...named(node, 'number', 'title', 'kind', 'category', 'state', 'criteriaCodes', 'responseDueOn'),
        communicatedAt: momentOf(node.communicatedAt),
        control: node.controlByFirmIdAndControlId && named(node.controlByFirmIdAndControlId, 'ref', 'title'),
        response: node.response && named(node.response, 'state', 'submittedNumber'),
      })),
    },
  }),

  portal: ({ awaitingResponse: { totalCount, nodes } }) => ({
    exceptions: {
      totalCount,
      nodes: nodes.map((node: any) => ({
        ...named(node, 'number', 'title', 'condition', 'criteriaCodes', 'responseDueOn'),
        engagement: named(node.engagementByFirmIdAndEngagementIdAndClientId, 'systemName'),
        response: node.response && {
          ...named(node.response, 'state', 'version'),
          draft: { acknowledgement: node.response.acknowledgement, rootCause: node.response.rootCause },
        },
      })),
    },
  }),

  record: ({ record }) => ({ recordResults: record.result }),
}

const named = (row: any, ...fields: string[]) => ({
  id: row.rowId,
  ...Object.fromEntries(fields.map((field) => [field, row[field]])),
})

const controlOf = (control: any) => ({
  ...named(control, ...['ref', 'title', 'area', 'isKey', 'frequency', 'designConclusion', 'operationConclusion']),
  criteria: control.controlCriteriaByFirmIdAndControlId.nodes
    .map((node: any) => node.criterionByCriterionCode)
    .sort((one: any, other: any) => one.position - other.position)
    .map(({ code, title }: any) => ({ code, title })),
  procedures: control.proceduresByFirmIdAndControlId.nodes.map((procedure: any) => ({
    ...named(procedure, 'ref', 'methods', 'state', 'outcome'),
    sample: procedure.sampleByFirmIdAndProcedureId && countsOf(procedure.sampleByFirmIdAndProcedureId),
  })),
  exceptions: control.exceptionsByFirmIdAndControlId.nodes.map((exception: any) => ({
    ...named(exception, 'number', 'title', 'kind', 'state'),
    response: exception.response && named(exception.response, 'state', 'submittedNumber'),
  })),
})

const countsOf = (sample: any) => {
  const { itemCount, noDeviationCount, deviationCount, unableToTestCount, notApplicableCount } = sample
  const deviatingCount = deviationCount - unableToTestCount
  const outstandingCount = itemCount - noDeviationCount - deviationCount - notApplicableCount
  const counts = { noDeviationCount, deviatingCount, unableToTestCount, notApplicableCount, outstandingCount }
  return { ...named(sample, 'size'), counts }
}

const sampleOf = (sample: any) => {
  const { totalCount, pageInfo, nodes } = sample.sampleItemsByFirmIdAndSampleId
  return {
    ...named(sample, 'size', 'testedCount', 'deviationCount'),
    items: {
      totalCount,
      pageInfo: { hasNextPage: pageInfo.hasNextPage, endCursor: cursorAt(nodes.at(-1)?.position) },
      nodes: nodes.map((item: any) => ({
        ...named(item, 'position', 'itemKey', 'occurredOn', 'outcome'),
        results: item.resultsByFirmIdAndSampleItemId.nodes.map((result: any) => ({
          ...named(result, 'version', 'outcome', 'note'),
          recordedAt: momentOf(result.recordedAt),
          attribute: result.attributeByFirmIdAndAttributeId,
          recordedBy: result.recorder,
        })),
      })),
    },
  }
}

const momentOf = (text: string | null) => text && new Date(text).toISOString()
const cursorAt = (place: unknown) =>
  place === undefined ? null : Buffer.from(JSON.stringify(place)).toString('base64url')
