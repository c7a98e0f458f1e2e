import Broker
import KafkaClient
import Logging
import RecordFormat

// A broker of this process. It listens too, so that other programs can use it; port 0 takes a free one.
let settings = ["log.dirs": "broker-data", "listeners": "PLAINTEXT://127.0.0.1:0"]
let broker = try await Broker.start(configuration: BrokerConfiguration(settings), logger: Logger(label: "broker"))

// A client of this process: its requests are calls, not bytes on a socket.
let client = KafkaClient(inProcess: broker)
let producer = try KafkaProducer(client: client)
let written = try await producer.send(ProducerRecord(topic: "greetings", value: ByteSlice("hello")))
print("written to \(written.topic)-\(written.partition), offset \(written.offset.map { "\($0)" } ?? "unknown")")

let consumer = try KafkaConsumer(client: client, configuration: ConsumerConfiguration(autoOffsetReset: .earliest))
try await consumer.assign([TopicPartition("greetings", 0)])
for try await batch in consumer.batches {
    for record in batch.records { print(record.offset, record.value?.string ?? "null") }
    break
}

await consumer.close()
await producer.close()
await client.close()
try await broker.shutdown()
