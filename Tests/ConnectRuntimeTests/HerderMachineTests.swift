import Testing

@testable import ConnectRuntime

@Suite struct HerderMachineTests {
    private let task = ConnectorTaskID(connector: "c", task: 0)

    private func state(_ records: ConfigRecord...) -> ClusterConfigState {
        var state = ClusterConfigState()
        for record in records { _ = state.apply(record) }
        return state
    }

    private func started() -> ClusterConfigState {
        state(
            .connector("c", configuration: ["k": "1"]), .task(task, configuration: ["t": "1"]),
            .commit("c", taskCount: 1))
    }

    private func everything(_ machine: inout HerderMachine, _ state: ClusterConfigState) -> [HerderMachine.Action] {
        machine.reconcile(state, .everything(in: state))
    }

    @Test func whatIsThereIsStartedOnce() {
        var machine = HerderMachine()
        #expect(
            everything(&machine, started()) == [
                .startConnector("c", configuration: ["k": "1"], target: .started),
                .startTask(task, configuration: ["t": "1"], connector: ["k": "1"], isPaused: false),
            ])
        #expect(everything(&machine, started()).isEmpty)
    }

    @Test func aNewConfigurationRestartsTheConnectorAndItsCommitTheTasks() {
        var machine = HerderMachine()
        _ = everything(&machine, started())
        var state = started()
        _ = state.apply(.connector("c", configuration: ["k": "2"]))
        #expect(everything(&machine, state) == [.startConnector("c", configuration: ["k": "2"], target: .started)])
        _ = state.apply(.task(task, configuration: ["t": "1"]))
        _ = state.apply(.commit("c", taskCount: 1))
        #expect(
            everything(&machine, state)
                == [.startTask(task, configuration: ["t": "1"], connector: ["k": "2"], isPaused: false)])
    }

    /// What fences the former tasks of a connector fences one that runs on as well.
    @Test func aNewDivisionRestartsTasksThatStayedTheSameWhereTheyWriteExactlyOnce() {
        let another = ConnectorTaskID(connector: "c", task: 1)
        for isWhole in [false, true] {
            var machine = HerderMachine(restartsWholeDivisions: isWhole)
            var state = started()
            _ = everything(&machine, state)
            _ = state.apply(.task(task, configuration: ["t": "1"]))
            _ = state.apply(.task(another, configuration: ["t": "2"]))
            _ = state.apply(.commit("c", taskCount: 2))
            let division = isWhole ? 2 : 0
            let starts = [
                HerderMachine.Action.startTask(
                    task, configuration: ["t": "1"], connector: ["k": "1"], isPaused: false, division: division),
                .startTask(
                    another, configuration: ["t": "2"], connector: ["k": "1"], isPaused: false, division: division),
            ]
            #expect(everything(&machine, state) == (isWhole ? starts : [starts[1]]))
        }
    }

    @Test func theSameConfigurationAgainRestartsTheConnector() {
        var machine = HerderMachine()
        _ = everything(&machine, started())
        #expect(
            machine.reconcile(started(), .everything(in: started()), replacing: "c")
                == [.startConnector("c", configuration: ["k": "1"], target: .started)])
    }

    @Test func pausingAndStoppingReachConnectorAndTasks() {
        var machine = HerderMachine()
        var state = started()
        _ = everything(&machine, state)
        _ = state.apply(.targetState("c", .paused))
        #expect(everything(&machine, state) == [.setConnectorTarget("c", .paused), .setTaskPaused(task, true)])
        _ = state.apply(.commit("c", taskCount: 0))
        #expect(everything(&machine, state) == [.stopTask(task, exists: false)])
        _ = state.apply(.targetState("c", .stopped))
        #expect(everything(&machine, state) == [.setConnectorTarget("c", .stopped)])
        _ = state.apply(.targetState("c", .started))
        #expect(everything(&machine, state) == [.setConnectorTarget("c", .started)])
    }

    @Test func aPausedConnectorStartsPaused() {
        var machine = HerderMachine()
        var state = started()
        _ = state.apply(.targetState("c", .paused))
        #expect(
            everything(&machine, state) == [
                .startConnector("c", configuration: ["k": "1"], target: .paused),
                .startTask(task, configuration: ["t": "1"], connector: ["k": "1"], isPaused: true),
            ])
    }

    @Test func aDeletedConnectorIsRemovedWithItsTasks() {
        var machine = HerderMachine()
        var state = started()
        _ = everything(&machine, state)
        _ = state.apply(.connector("c", configuration: nil))
        #expect(everything(&machine, state) == [.remove("c", tasks: [task])])
        #expect(everything(&machine, state).isEmpty)
    }

    @Test func workThatGoesToAnotherWorkerStopsHereAndKeepsItsStatus() {
        var machine = HerderMachine()
        let state = started()
        _ = everything(&machine, state)
        #expect(
            machine.reconcile(state, WorkAssignment()) == [.stopTask(task, exists: true), .stopConnector("c")])
    }

    @Test func onlyWhatRunsHereIsRestarted() {
        var machine = HerderMachine()
        _ = everything(&machine, started())
        let other = ConnectorTaskID(connector: "c", task: 1)
        #expect(
            machine.restart(connector: "c", tasks: [other, task]) == [
                .startConnector("c", configuration: ["k": "1"], target: .started),
                .startTask(task, configuration: ["t": "1"], connector: ["k": "1"], isPaused: false),
            ])
        #expect(machine.restart(connector: "unknown", tasks: []).isEmpty)
    }
}
