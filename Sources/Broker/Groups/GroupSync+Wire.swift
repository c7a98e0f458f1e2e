import Coordination
import KafkaProtocol
import RecordFormat

extension GroupSync {
    /// The first version in which the client has to say what it joined (KIP-559).
    private static let firstVersionWithProtocol: Int16 = 5

    /// Reads a SyncGroup request.
    ///
    /// - Throws: `.inconsistentGroupProtocol` if the request does not say what its version has to say.
    init(_ request: SyncGroupRequest, version: Int16) throws(GroupError) {
        let namesProtocol = request.protocolType != nil && request.protocolName != nil
        if version >= Self.firstVersionWithProtocol && !namesProtocol { throw .inconsistentGroupProtocol }
        self.init(
            groupID: GroupID(request.groupID), memberID: MemberID(request.memberID),
            instanceID: request.groupInstanceID.map { GroupInstanceID($0) },
            generation: GenerationID(request.generationID), protocolType: request.protocolType,
            protocolName: request.protocolName,
            // The group keeps these for a generation; the request's memory is that of a whole read.
            assignments: Dictionary(
                request.assignments.map { (MemberID($0.memberID), ByteSlice(copying: $0.assignment.bytes)) },
                uniquingKeysWith: { $1 }))
    }
}

extension SyncGroupResponse {
    /// Writes the answer to a sync.
    init(_ result: GroupSyncResult) {
        self.init(
            errorCode: ErrorCode(result.error).rawValue, protocolType: result.protocolType,
            protocolName: result.protocolName, assignment: result.assignment)
    }

    /// The answer to a sync that did not reach the group.
    init(_ error: ErrorCode) { self.init(errorCode: error.rawValue) }
}
