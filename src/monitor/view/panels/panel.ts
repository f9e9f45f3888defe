/** What every panel is given. */
import type { Dashboard } from '../../model/dashboard.js'
import type { MonitorState } from '../../model/state.js'

export interface PanelProps {
  state: MonitorState
  dashboard: Dashboard
  /** Columns and rows between the borders. */
  width: number
  height: number
  /** The panel fills the screen. */
  isZoomed: boolean
}
