import type { JobStatus } from '@orq/contracts';

export interface Transition {
  readonly from: JobStatus;
  readonly to: JobStatus;
  /** What makes it happen, and the one file that does it. */
  readonly by: 'claim' | 'complete' | 'fail' | 'release' | 'rescue' | 'cancel' | 'retry';
}

/** Every edge of the state machine; docs/state-machine.md draws them. */
export const transitions: readonly Transition[] = [
  { from: 'pending', to: 'processing', by: 'claim' },
  { from: 'retry', to: 'processing', by: 'claim' },
  { from: 'processing', to: 'completed', by: 'complete' },
  { from: 'processing', to: 'retry', by: 'fail' },
  { from: 'processing', to: 'failed', by: 'fail' },
  { from: 'processing', to: 'retry', by: 'rescue' },
  { from: 'processing', to: 'failed', by: 'rescue' },
  { from: 'processing', to: 'pending', by: 'release' },
  { from: 'processing', to: 'retry', by: 'release' },
  { from: 'pending', to: 'cancelled', by: 'cancel' },
  { from: 'retry', to: 'cancelled', by: 'cancel' },
  { from: 'processing', to: 'cancelled', by: 'fail' },
  { from: 'processing', to: 'cancelled', by: 'release' },
  { from: 'processing', to: 'cancelled', by: 'rescue' },
  { from: 'failed', to: 'retry', by: 'retry' },
  { from: 'cancelled', to: 'pending', by: 'retry' },
  { from: 'cancelled', to: 'retry', by: 'retry' },
];
