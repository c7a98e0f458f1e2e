import RecordFormat
import Testing

@testable import Coordination

/// Members that fetch, acknowledge, give back, fall silent and go, and an administrator that sets the start, over a log of
/// state that is slow and fails, on a node that goes down; held against a model that knows each record by itself.
@Suite struct SharePartitionSimulationTests {
    /// Seeds that have never been tried, or that in `SEED`.
    @Test(arguments: Seeds.fresh(40)) func queueMatchesTheModel(seed: UInt64) throws {
        do {
            let simulation = ShareSimulation(seed: seed)
            try simulation.run(steps: 400)
            try simulation.drain()
        } catch {
            Issue.record("seed \(seed): \(error)")
        }
    }
}

/// What the model found wrong.
private struct ShareFault: Error, CustomStringConvertible {
    let description: String
}

/// One run of the simulation; everything follows from the seed.
private final class ShareSimulation {
    /// What the model knows of one record.
    private struct Known {
        var state = ShareRecordState.available
        var deliveries = 0
        /// How often it was handed out since it counts: more than ``deliveries`` where a start that could not be set took
        /// one back, which a write from before it may still say.
        var timesHandedOut = 0
        var holder: Int?
        var deadline = 0
        /// Whether an acknowledgement that was answered said it is done with.
        var isDoneForGood = false
        /// Whether members are never to see it.
        var isHidden = false
    }

    private static let key = SharePartitionKey(groupID: "g", topicID: TopicID(high: 1, low: 2), partition: 0)
    private static let members: [MemberID] = ["a", "b", "c"]
    private let seed: UInt64
    private var random: SplitMix64
    private var settings = ShareSettings()
    private var share: SharePartition
    private var known: [Known] = []
    private var batches: [ShareableBatch] = []
    private var now = 0
    /// The records that are durable.
    private var log: [ShareStateRecord] = []
    /// The writes whose end has not been reported, with what the model is to take over then.
    private var writes: [(write: ShareWrite, changes: [(Int, Known)])] = []

    init(seed: UInt64) {
        self.seed = seed
        random = SplitMix64(seed: seed)
        settings.deliveryCountLimit = Int16.random(in: 2...4, using: &random)
        settings.maxRecordLocks = Int.random(in: 5...60, using: &random)
        settings.updatesPerSnapshot = Int.random(in: 0...10, using: &random)
        settings.lockDuration = .seconds(20)
        share = SharePartition(key: Self.key, startOffset: .zero, at: Timestamp(milliseconds: 0))
        let write = share.establish(leaderEpoch: 0, at: Timestamp(milliseconds: 0))
        log.append(write.record)
        share.writeEnded(write.id, isDurable: true)
    }

    private var time: CoordinationTime {
        CoordinationTime(
            instant: CoordinationInstant(sinceStart: .seconds(now)), timestamp: Timestamp(milliseconds: Int64(now)))
    }

    func run(steps: Int) throws {
        for _ in 0..<steps {
            switch Int.random(in: 0..<100, using: &random) {
            case 0..<20: produce()
            case 20..<50: try acquire(Int.random(in: 0..<Self.members.count, using: &random))
            case 50..<75: try acknowledge(Int.random(in: 0..<Self.members.count, using: &random))
            case 75..<80: release(Int.random(in: 0..<Self.members.count, using: &random))
            case 80..<88: wait(Int.random(in: 1...8, using: &random))
            case 88..<96: endWrite(isDurable: Int.random(in: 0..<10, using: &random) > 0)
            case 96..<98: alter(isDurable: Int.random(in: 0..<4, using: &random) > 0)
            default: try restart()
            }
            try check()
        }
    }

    /// Has one member take and accept all that is left: what was not done with must come.
    func drain() throws {
        while !writes.isEmpty { endWrite(isDurable: true) }
        var rounds = 0
        while share.startOffset < LogOffset(Int64(known.count)) {
            wait(25)
            while !writes.isEmpty { endWrite(isDurable: true) }
            try acquire(0)
            try acknowledge(0, all: true)
            while !writes.isEmpty { endWrite(isDurable: true) }
            try check()
            rounds += 1
            if rounds > known.count * 5 + 10 { throw ShareFault(description: "the queue is stuck") }
        }
        if let lost = known.firstIndex(where: { !$0.isHidden && !$0.state.isTerminal }) {
            throw ShareFault(description: "record \(lost) is lost")
        }
    }

    private func produce() {
        let first = Int64(known.count)
        let next = first + Int64.random(in: 1...12, using: &random)
        let isVisible = Int.random(in: 0..<10, using: &random) > 0
        batches.append(ShareableBatch(first: LogOffset(first), next: LogOffset(next), isVisible: isVisible))
        for _ in first..<next { known.append(Known()) }
        if !isVisible { for offset in Int(first)..<Int(next) { known[offset].isHidden = true } }
    }

    private func acquire(_ member: Int) throws {
        guard let offset = share.nextFetchOffset(settings) else { return }
        let isStrict = Bool.random(using: &random)
        let wish = ShareAcquisition(
            member: Self.members[member], maxRecords: Int.random(in: 1...20, using: &random), batchSize: 10,
            isStrict: isStrict)
        let acquired = share.acquire(
            wish, from: offset, batches.filter { $0.next > offset }, settings, at: time.instant)
        var count = 0
        for range in acquired {
            for offset in Int(range.first.rawValue)..<Int(range.next.rawValue) {
                guard known[offset].state == .available, !known[offset].isHidden else {
                    throw ShareFault(description: "record \(offset) was given away twice, or after its end")
                }
                known[offset].deliveries += 1
                known[offset].timesHandedOut = max(known[offset].timesHandedOut, known[offset].deliveries)
                known[offset].state = .acquired
                known[offset].holder = member
                known[offset].deadline = now + 20
                guard known[offset].deliveries == Int(range.deliveryCount) else {
                    throw ShareFault(
                        description: "record \(offset) counts \(range.deliveryCount), not \(known[offset].deliveries)")
                }
                count += 1
            }
        }
        if isStrict && count > wish.maxRecords { throw ShareFault(description: "more records than the strict limit") }
    }

    private func acknowledge(_ member: Int, all: Bool = false) throws {
        let busy = Set(writes.flatMap { $0.changes.map(\.0) })
        var acknowledgements: [ShareAcknowledgement] = []
        var changes: [(Int, Known)] = []
        var hasRenewals = false
        for offset in known.indices where known[offset].holder == member && !busy.contains(offset) {
            guard all || Int.random(in: 0..<3, using: &random) > 0 else { continue }
            let type = all ? 1 : Int8.random(in: 0...4, using: &random)
            let place = LogOffset(Int64(offset))
            if let last = acknowledgements.indices.last, acknowledgements[last].last + 1 == place {
                acknowledgements[last].last = place
                acknowledgements[last].types.append(type)
            } else {
                acknowledgements.append(ShareAcknowledgement(first: place, last: place, types: [type]))
            }
            if type == 4 {
                known[offset].deadline = now + 20
                hasRenewals = true
                continue
            }
            var after = known[offset]
            after.holder = nil
            after.state = type == 1 ? .acknowledged : type == 2 ? released(after) : .archived
            changes.append((offset, after))
        }
        guard !acknowledgements.isEmpty else { return }
        let write = try share.acknowledge(acknowledgements, by: Self.members[member], settings, at: time)
        guard let write else {
            if changes.isEmpty && hasRenewals { return }
            throw ShareFault(description: "acknowledgements were not written")
        }
        writes.append((write, changes))
    }

    private func released(_ record: Known) -> ShareRecordState {
        record.deliveries >= Int(settings.deliveryCountLimit) ? .archived : .available
    }

    private func release(_ member: Int) {
        let write = share.release(Self.members[member], settings, at: time)
        takeBack(write) { $0.holder == member }
    }

    private func wait(_ seconds: Int) {
        now += seconds
        takeBack(share.expireLocks(settings, at: time)) { $0.deadline <= self.now }
    }

    /// Takes records back in the model; they are free before that is durable.
    private func takeBack(_ write: ShareWrite?, where isMeant: (Known) -> Bool) {
        let busy = Set(writes.flatMap { $0.changes.map(\.0) })
        for offset in known.indices where known[offset].state == .acquired && !busy.contains(offset) {
            guard isMeant(known[offset]) else { continue }
            known[offset].holder = nil
            known[offset].state = released(known[offset])
        }
        if let write { writes.append((write, [])) }
    }

    private func endWrite(isDurable: Bool) {
        guard !writes.isEmpty else { return }
        let (write, changes) = writes.removeFirst()
        if isDurable {
            log.append(write.record)
            for (offset, after) in changes {
                known[offset].state = after.state
                known[offset].holder = nil
                known[offset].isDoneForGood = after.state.isTerminal
            }
        }
        share.writeEnded(write.id, isDurable: isDurable)
    }

    /// An administrator sets the start anew, anywhere in the log.
    private func alter(isDurable: Bool) {
        while !writes.isEmpty { endWrite(isDurable: true) }
        let start = Int.random(in: 0...known.count, using: &random)
        let time = time.timestamp
        guard let write = share.alterStart(to: LogOffset(Int64(start)), leaderEpoch: 0, at: time) else { return }
        share.checkInvariants()
        if isDurable { log.append(write.record) }
        share.writeEnded(write.id, isDurable: isDurable)
        for offset in known.indices {
            if isDurable {
                let isHidden = known[offset].isHidden
                known[offset] = Known()
                known[offset].isHidden = isHidden
                // What is below has its end by that, and may come back by another start only.
                known[offset].state = offset < start ? .archived : .available
                known[offset].isDoneForGood = offset < start
            } else if known[offset].state == .acquired {
                known[offset].state = .available
                known[offset].deliveries -= 1
                known[offset].holder = nil
            }
        }
    }

    /// The node goes down and comes back with what is durable.
    private func restart() throws {
        writes = []
        var restored: SharePartition?
        for record in log {
            switch try ShareStateRecord(record.encoded()) {
            case .snapshot(let key, let snapshot?): restored = SharePartition(key: key, snapshot: snapshot)
            case .update(_, let update?): restored?.replay(update)
            default: throw ShareFault(description: "a record of another kind")
            }
        }
        guard let restored else { throw ShareFault(description: "nothing was stored") }
        share = restored
        // Who had records has them no more; how often they were delivered is known as far as it was stored.
        for offset in known.indices where !known[offset].isHidden {
            let place = LogOffset(Int64(offset))
            if place < share.startOffset {
                known[offset].state = .archived
                known[offset].holder = nil
                continue
            }
            guard place < share.endOffset else {
                if known[offset].isDoneForGood { throw ShareFault(description: "record \(offset) has come back") }
                known[offset] = Known()
                continue
            }
            let run = share.runs.elements[share.runs.index(of: place)]
            if known[offset].isDoneForGood && !run.state.isTerminal {
                throw ShareFault(description: "record \(offset) has come back")
            }
            if run.deliveryCount > known[offset].timesHandedOut {
                throw ShareFault(description: "record \(offset) was not delivered that often")
            }
            known[offset].state = run.state
            known[offset].deliveries = Int(run.deliveryCount)
            known[offset].timesHandedOut = Int(run.deliveryCount)
            known[offset].holder = nil
        }
    }

    private func check() throws {
        share.checkInvariants()
        for run in share.runs.elements where run.write == ShareRun.noWrite {
            for offset in Int(run.first.rawValue)..<Int(run.next.rawValue)
            where !known[offset].isHidden && known[offset].state != run.state {
                throw ShareFault(
                    description: "record \(offset) is \(run.state) and should be \(known[offset].state)")
            }
        }
        // Below the start there is nothing that anyone still waits for.
        for offset in 0..<Int(share.startOffset.rawValue)
        where !known[offset].isHidden && !known[offset].state.isTerminal {
            throw ShareFault(description: "the start has passed over record \(offset)")
        }
        guard share.endOffset <= LogOffset(Int64(known.count)) else {
            throw ShareFault(description: "the end is above that of the log")
        }
    }
}
