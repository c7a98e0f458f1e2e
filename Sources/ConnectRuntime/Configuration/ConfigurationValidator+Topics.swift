import ConnectAPI

/// Checks what a source connector says about the creation of topics.
extension ConfigurationValidator {
    func addTopicCreation(
        _ configuration: [String: String], _ infos: inout [ConfigInfos.Info], _ groups: inout [String]
    ) {
        guard createsTopics, TopicCreationGroups.isUsed(by: configuration) else { return }
        var configuration = configuration
        // As with Kafka: the default group is for all that no other group is for, whatever it says.
        for key in ["include", "exclude"] { configuration[TopicCreationGroups.prefix(of: "default") + key] = nil }
        for group in ["default"] + TopicCreationGroups.names(configuration) {
            let keys = TopicCreationGroups.definition(of: group, configuration).keys.map { key in
                var key = key
                key.name = TopicCreationGroups.prefix(of: group) + key.name
                return key
            }
            add(ConfigDefinition(keys), prefix: "", configuration, &infos, &groups)
        }
    }

    /// What keys begin with that are settings of topics to be created.
    func topicSettingPrefixes(_ configuration: [String: String]) -> [String] {
        guard createsTopics else { return ["topic.creation."] }
        return (["default"] + TopicCreationGroups.names(configuration)).map(TopicCreationGroups.prefix)
    }
}
