/** How a partition is called: in maps, and in what is said of it. */
import type { PartitionRef } from '../shared/kafka/consumer.js'

/** @example refKey({ topic: 'orders', partition: 0 }) // 'orders/0' */
export const refKey = ({ topic, partition }: PartitionRef): string => `${topic}/${partition}`
