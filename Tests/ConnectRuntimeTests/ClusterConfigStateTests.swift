import Testing

@testable import ConnectRuntime

@Suite struct ClusterConfigStateTests {
    private func task(_ number: Int, _ value: String) -> ConfigRecord {
        .task(ConnectorTaskID(connector: "c", task: number), configuration: ["v": value])
    }

    @Test func tasksCountOnceTheyAreCommitted() {
        var state = ClusterConfigState()
        #expect(state.apply(.connector("c", configuration: ["a": "1"])) == .connectorUpdated("c"))
        #expect(state.apply(task(0, "x")) == nil)
        #expect(state.apply(task(1, "y")) == nil)
        #expect(state.tasks["c"] == nil)
        #expect(state.apply(.commit("c", taskCount: 2)) == .tasksCommitted("c"))
        #expect(state.tasks["c"] == [["v": "x"], ["v": "y"]])
        #expect(state.appliedConfigurations["c"] == ["a": "1"])
    }

    @Test func aCommitWithoutAllItsTasksIsInconsistentUntilTheyAreWrittenAnew() {
        var state = ClusterConfigState()
        _ = state.apply(.connector("c", configuration: [:]))
        _ = state.apply(task(1, "y"))
        _ = state.apply(.commit("c", taskCount: 2))
        #expect(state.inconsistent == ["c"])
        #expect(WorkAssignment.everything(in: state) == WorkAssignment(connectors: ["c"], tasks: []))
        _ = state.apply(task(0, "x"))
        _ = state.apply(task(1, "y"))
        _ = state.apply(.commit("c", taskCount: 2))
        #expect(state.inconsistent.isEmpty)
        #expect(state.tasks["c"]?.count == 2)
    }

    @Test func aCommitOfMoreTasksThanThereCanBeIsInconsistent() {
        var state = ClusterConfigState()
        _ = state.apply(.connector("c", configuration: [:]))
        _ = state.apply(task(0, "x"))
        #expect(state.apply(.commit("c", taskCount: Int.max)) == .tasksCommitted("c"))
        #expect(state.inconsistent == ["c"])
    }

    @Test func aDeletedConnectorLeavesNothingBehind() {
        var state = ClusterConfigState()
        _ = state.apply(.connector("c", configuration: [:]))
        _ = state.apply(task(0, "x"))
        _ = state.apply(.commit("c", taskCount: 1))
        _ = state.apply(.targetState("c", .paused))
        #expect(state.apply(.connector("c", configuration: nil)) == .connectorRemoved("c"))
        #expect(state.apply(.targetState("c", nil)) == nil)
        // Records of a deleted connector that compaction has kept.
        _ = state.apply(task(0, "x"))
        #expect(state.apply(.commit("c", taskCount: 1)) == nil)
        #expect(state == ClusterConfigState())
    }

    @Test func targetStatesTellOnlyOfChanges() {
        var state = ClusterConfigState()
        #expect(state.apply(.targetState("c", .stopped)) == nil, "the initial state of a connector still to come")
        _ = state.apply(.connector("c", configuration: [:]))
        #expect(state.targetState(of: "c") == .stopped)
        #expect(state.apply(.targetState("c", .stopped)) == nil)
        #expect(state.apply(.targetState("c", .started)) == .targetStateChanged("c"))
    }
}
