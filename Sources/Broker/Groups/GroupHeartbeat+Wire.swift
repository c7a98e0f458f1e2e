import Coordination
import KafkaProtocol

extension GroupHeartbeat {
    /// Reads a Heartbeat request.
    init(_ request: HeartbeatRequest) {
        self.init(
            groupID: GroupID(request.groupID), memberID: MemberID(request.memberID),
            instanceID: request.groupInstanceID.map { GroupInstanceID($0) },
            generation: GenerationID(request.generationID))
    }
}

extension HeartbeatResponse {
    /// Writes the answer to a heartbeat.
    init(_ error: GroupError?) { self.init(ErrorCode(error)) }

    /// The answer to a heartbeat with any error, or none.
    init(_ error: ErrorCode) { self.init(errorCode: error.rawValue) }
}
