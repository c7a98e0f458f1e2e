import KafkaProtocol

/// What a client reads of a message that is written as `version`.
func roundTrip<Message: KafkaMessage>(_ message: Message, _ version: Int16) throws -> Message {
    try Message(versionedBytes: message.versionedBytes(version: version))
}
