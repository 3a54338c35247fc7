import { columnVisibilityFeature, createColumnHelper, type RowData, tableFeatures } from '@tanstack/react-table';

export interface ListColumnMeta {
  /** A track of the grid: `7rem`, `minmax(8rem,1fr)`. */
  readonly width: string;
  /** Shown from this width of the list on, in pixels; the important ones always. */
  readonly from?: number;
  readonly align?: 'right';
}

export const listFeatures = tableFeatures({ columnVisibilityFeature, columnMeta: {} as ListColumnMeta });

export function columnsOf<Row extends RowData>() {
  return createColumnHelper<typeof listFeatures, Row>();
}
