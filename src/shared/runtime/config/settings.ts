/**
 * Every setting, once: its names in the environment, in `orderscope.yaml` and as a flag, its form, its default.
 *
 * `orderscope config` prints this table with values and sources; docs/operations.md explains it.
 */
import { ALERT_SETTINGS } from './alert-settings.js'
import { define } from './definition.js'
import { HEALTH_SETTINGS } from './health-settings.js'
import { JOURNAL_SETTINGS } from './journal-settings.js'
import {
  brokerList,
  flag,
  instanceName,
  oneOf,
  optionalText,
  type Parser,
  secretText,
  text,
  topicList,
  topicName,
  wholeNumber,
} from './parsers.js'

const nullable = <T>(parse: Parser<T>): Parser<T | null> => parse

export const SETTINGS = {
  dir: define({
    env: ['ORDERSCOPE_DIR'],
    yaml: 'dir',
    flag: 'dir',
    parse: text,
    default: '.',
    about: 'folder of tracker.events, tracker.log and the run state',
  }),
  instance: define<string | null>({
    env: ['ORDERSCOPE_INSTANCE'],
    yaml: 'instance',
    parse: instanceName,
    default: null,
    about: 'name of this tracker where several share a consumer group',
  }),
  brokers: define<string[] | null>({
    env: ['KAFKA_BROKERS', 'KAFKA_BROKER', 'KAFKA_BOOTSTRAP_SERVERS'],
    yaml: 'kafka.brokers',
    flag: 'brokers',
    parse: nullable(brokerList),
    default: null,
    about: 'bootstrap brokers, host:port,...; default 127.0.0.1:ORDERSCOPE_KAFKA_PORT',
  }),
  topics: define({
    env: ['KAFKA_TOPIC'],
    yaml: 'kafka.topic',
    flag: 'topic',
    parse: topicList,
    default: ['orders'],
    about: 'topics to track, comma-separated; the producer writes to the first',
  }),
  group: define({
    env: ['KAFKA_CONSUMER_GROUP', 'KAFKA_GROUP_ID'],
    yaml: 'kafka.consumer_group',
    flag: 'group',
    parse: text,
    default: 'order-tracker-group',
    about: 'consumer group of the tracker',
  }),
  clientId: define({
    env: ['KAFKA_CLIENT_ID'],
    yaml: 'kafka.client_id',
    parse: text,
    default: 'orderscope',
    about: 'client id shown to the broker',
  }),
  tlsEnabled: define({
    env: ['KAFKA_TLS_ENABLED'],
    yaml: 'kafka.tls.enabled',
    parse: flag,
    default: false,
    about: 'TLS to the brokers',
  }),
  tlsCaFile: define<string | null>({
    env: ['KAFKA_TLS_CA_FILE', 'KAFKA_TLS_CAFILEPATH'],
    yaml: 'kafka.tls.ca_file',
    parse: optionalText,
    default: null,
    about: 'PEM file of the certificate authority',
  }),
  tlsCertFile: define<string | null>({
    env: ['KAFKA_TLS_CERT_FILE'],
    yaml: 'kafka.tls.cert_file',
    parse: optionalText,
    default: null,
    about: 'PEM file of the client certificate',
  }),
  tlsKeyFile: define<string | null>({
    env: ['KAFKA_TLS_KEY_FILE'],
    yaml: 'kafka.tls.key_file',
    parse: optionalText,
    default: null,
    about: 'PEM file of the client key',
  }),
  saslMechanism: define<'plain' | 'scram-sha-256' | 'scram-sha-512' | null>({
    env: ['KAFKA_SASL_MECHANISM'],
    yaml: 'kafka.sasl.mechanism',
    parse: oneOf('plain', 'scram-sha-256', 'scram-sha-512'),
    default: null,
    about: 'SASL mechanism: plain, scram-sha-256 or scram-sha-512',
  }),
  saslUsername: define<string | null>({
    env: ['KAFKA_SASL_USERNAME'],
    yaml: 'kafka.sasl.username',
    parse: optionalText,
    default: null,
    about: 'SASL user name',
  }),
  saslPassword: define<string | null>({
    env: ['KAFKA_SASL_PASSWORD'],
    yaml: 'kafka.sasl.password',
    parse: secretText,
    default: null,
    secret: true,
    about: 'SASL password; KAFKA_SASL_PASSWORD_FILE names a file that holds it',
  }),
  dlqTopic: define({
    env: ['DLQ_TOPIC'],
    yaml: 'kafka.dlq_topic',
    parse: topicName,
    default: 'orders-dlq',
    about: 'topic of dead letters',
  }),
  eventsFile: define<string | null>({
    env: ['TRACKER_EVENTS_FILE'],
    yaml: 'tracker.events_file',
    flag: 'events',
    parse: optionalText,
    default: null,
    about: 'the journal; default tracker.events in ORDERSCOPE_DIR',
  }),
  logFile: define<string | null>({
    env: ['TRACKER_LOG_FILE'],
    yaml: 'tracker.log_file',
    flag: 'log',
    parse: optionalText,
    default: null,
    about: "the tracker's log; default tracker.log in ORDERSCOPE_DIR",
  }),
  ...JOURNAL_SETTINGS,
  metricsIntervalMs: define({
    env: ['ORDERSCOPE_METRICS_INTERVAL_MS'],
    yaml: 'tracker.metrics_interval_ms',
    flag: 'metrics-interval',
    parse: wholeNumber(100, 3_600_000),
    default: 5_000,
    about: 'milliseconds between two metrics lines in tracker.log and in producer.log',
  }),
  ...HEALTH_SETTINGS,
  ...ALERT_SETTINGS,
  producerIntervalMs: define({
    env: ['PRODUCER_INTERVAL_MS'],
    yaml: 'producer.interval_ms',
    parse: wholeNumber(1, 3_600_000),
    default: 200,
    about: 'milliseconds between two records; --rate 1000/n',
  }),
  logLevel: define<'debug' | 'info' | 'warn' | 'error'>({
    env: ['LOG_LEVEL'],
    yaml: 'log_level',
    parse: oneOf('debug', 'info', 'warn', 'error'),
    default: 'info',
    about: 'lowest level written to tracker.log and producer.log',
  }),
  kafkaPort: define({
    env: ['ORDERSCOPE_KAFKA_PORT'],
    yaml: 'broker.port',
    parse: wholeNumber(1, 65_534),
    default: 9_092,
    about: 'port of the broker that `up` starts; its controller takes the next one',
  }),
  kafkaHome: define<string | null>({
    env: ['KAFKA_HOME'],
    yaml: 'broker.kafka_home',
    parse: optionalText,
    default: null,
    about: 'an unpacked Kafka to run the local broker from',
  }),
  topicPartitions: define({
    env: ['ORDERSCOPE_TOPIC_PARTITIONS'],
    yaml: 'topic.partitions',
    parse: wholeNumber(1, 10_000),
    default: 3,
    about: 'partitions of a topic that orderscope creates',
  }),
  topicReplication: define({
    env: ['ORDERSCOPE_TOPIC_REPLICATION'],
    yaml: 'topic.replication',
    parse: wholeNumber(1, 100),
    default: 3,
    about: 'most replicas of a topic that orderscope creates; never more than brokers',
  }),
  topicRetentionMs: define({
    env: ['ORDERSCOPE_TOPIC_RETENTION_MS'],
    yaml: 'topic.retention_ms',
    parse: wholeNumber(1, Number.MAX_SAFE_INTEGER),
    default: 7 * 24 * 3_600_000,
    about: 'retention of a topic that orderscope creates, milliseconds',
  }),
}

export type SettingKey = keyof typeof SETTINGS

/** Values by key, as parsed; files and brokers are still as given; `load.ts` resolves them. */
export type SettingValues = { [K in SettingKey]: (typeof SETTINGS)[K]['default'] }

export const SETTING_KEYS = Object.keys(SETTINGS) as SettingKey[]
