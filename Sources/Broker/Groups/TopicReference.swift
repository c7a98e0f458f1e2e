import KafkaProtocol
import RecordFormat

/// A topic as a request names it: by its identity from the versions with KIP-848's topic ids on, by name before.
enum TopicReference: Hashable, Sendable {
    /// The topic's name.
    case name(String)
    /// The topic's identity (OffsetCommit and OffsetFetch from version 10 on).
    case id(TopicID)
}

/// Finds the name of a topic that a request names, or the error that the client gets for it instead.
///
/// The broker looks it up and asks the authorizer at the same time, so that a client cannot find out by the error
/// whether a topic exists that it must not see.
typealias TopicResolver = @Sendable (TopicReference) -> Result<String, ErrorCode>
