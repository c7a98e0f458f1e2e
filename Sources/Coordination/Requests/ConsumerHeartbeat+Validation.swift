internal import RecordFormat

extension ConsumerHeartbeat {
    /// Checks what can be checked without knowing the group.
    func validate(_ configuration: GroupCoordinatorConfiguration) throws(GroupRefusal) {
        if groupID.rawValue.allSatisfy(\.isWhitespace) {
            throw GroupRefusal(.invalidRequest, "GroupId can't be empty.")
        }
        if let instanceID, instanceID.rawValue.allSatisfy(\.isWhitespace) {
            throw GroupRefusal(.invalidRequest, "InstanceId can't be empty.")
        }
        if let rackID, rackID.allSatisfy(\.isWhitespace) {
            throw GroupRefusal(.invalidRequest, "RackId can't be empty.")
        }
        if memberID.isUnknown && (requiresMemberID || !isJoining) {
            throw GroupRefusal(.invalidRequest, "MemberId can't be empty.")
        }
        if isJoining {
            try validateJoin()
        } else if epoch == CurrentAssignment.temporaryLeaveEpoch {
            if instanceID == nil { throw GroupRefusal(.invalidRequest, "InstanceId can't be null.") }
        } else if epoch < CurrentAssignment.temporaryLeaveEpoch {
            throw GroupRefusal(.invalidRequest, "MemberEpoch is invalid.")
        }
        try validate(assignor: serverAssignor, configuration)
        guard fitsRecord else { throw GroupRefusal(.invalidRequest, "A field is too long.") }
    }

    private func validateJoin() throws(GroupRefusal) {
        if rebalanceTimeoutMs == -1 {
            throw GroupRefusal(.invalidRequest, "RebalanceTimeoutMs must be provided in first request.")
        }
        guard let owned, owned.isEmpty else {
            throw GroupRefusal(.invalidRequest, "TopicPartitions must be empty when (re-)joining.")
        }
        if topicNames == nil && expression == nil {
            throw GroupRefusal(
                .invalidRequest,
                "Either SubscribedTopicNames or SubscribedTopicRegex must be non-null when (re-)joining.")
        }
    }

    private func validate(
        assignor: String?, _ configuration: GroupCoordinatorConfiguration
    ) throws(GroupRefusal) {
        guard let assignor else { return }
        let supported = configuration.consumerAssignors.map(\.rawValue)
        guard !supported.contains(assignor) else { return }
        let list = supported.joined(separator: ", ")
        throw GroupRefusal(
            .unsupportedAssignor, "ServerAssignor \(assignor) is not supported. Supported assignors: \(list).")
    }

    /// Whether everything that a record of the member repeats fits into its fields.
    private var fitsRecord: Bool {
        let names = [groupID.rawValue, memberID.rawValue, instanceID?.rawValue ?? "", rackID ?? "", clientID]
        return names.allSatisfy(\.fitsRecord) && clientHost.fitsRecord && (expression ?? "").fitsRecord
            && (topicNames ?? []).allSatisfy(\.fitsRecord)
    }
}
