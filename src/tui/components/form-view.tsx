import { formLines } from '../form/form.lines.ts'
import type { Form } from '../form/form.ts'
import type { Theme } from '../theme.ts'
import { Lines } from './line-view.tsx'

interface FormViewProps {
  readonly form: Form
  readonly width: number
  readonly height: number
  readonly theme: Theme
}

/** A form, scrolled to the field that has the focus. */
export function FormView({ form, width, height, theme }: FormViewProps) {
  return <Lines lines={formLines(form, width, height, theme)} theme={theme} />
}
