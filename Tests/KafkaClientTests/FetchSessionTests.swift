import KafkaProtocol
import RecordFormat
import ServerHarness
import Testing

@testable import KafkaClient

@Suite struct FetchSessionTests {
    private static func place(_ number: Int, at offset: Int64 = 0, epoch: Int32 = 3) -> WantedPartition {
        WantedPartition(
            partition: TopicPartition("t", Int32(number)), offset: LogOffset(offset), leaderEpoch: LeaderEpoch(epoch))
    }

    /// The first partitions of a topic, each from its beginning on.
    private static func places(_ count: Int) -> [WantedPartition] { (0..<count).map { place($0) } }

    /// A session that the broker has numbered 7 and knows `known` of.
    private static func session(_ known: [WantedPartition]) -> FetchSession {
        var session = FetchSession()
        let request = session.next(known)
        session.receive(.taken(sessionID: 7), to: request)
        return session
    }

    @Test func theFirstRequestNamesAllAndAsksForASession() {
        var session = FetchSession()
        let request = session.next(Self.places(16))
        #expect(request == FetchSession.Request(sessionID: 0, sessionEpoch: 0, named: Self.places(16)))
        #expect(!request.isIncremental && request.isOfSession && !session.isOpen)
        session.receive(.taken(sessionID: 7), to: request)
        #expect(session.isOpen && session.id == 7 && session.epoch == 1)
    }

    @Test func aFullRequestBeginsWhereItIsToldTo() {
        var session = FetchSession()
        let request = session.next(Self.places(3), from: 2)
        #expect(request.named == [2, 0, 1].map { Self.place($0) })
        // What comes next is compared with all of them, whatever their order was.
        var open = FetchSession()
        let first = open.next(Self.places(20), from: 11)
        open.receive(.taken(sessionID: 7), to: first)
        let second = open.next(Self.places(20), from: 5)
        #expect(second.named.isEmpty && second.forgotten.isEmpty)
    }

    @Test func fewPartitionsAreFetchedOutsideOfSessions() {
        var session = FetchSession()
        for _ in 0..<2 {
            let request = session.next(Self.places(15))
            #expect(request == FetchSession.Request(sessionID: 0, sessionEpoch: -1, named: Self.places(15)))
            #expect(!request.isIncremental && !request.isOfSession)
            session.receive(.taken(sessionID: 0), to: request)
            #expect(!session.isOpen)
        }
    }

    @Test func aBrokerWithoutRoomIsAskedAgain() {
        var session = FetchSession()
        for _ in 0..<2 {
            let request = session.next(Self.places(20))
            #expect(request == FetchSession.Request(sessionID: 0, sessionEpoch: 0, named: Self.places(20)))
            session.receive(.taken(sessionID: 0), to: request)
            #expect(!session.isOpen)
        }
    }

    @Test func inASessionOnlyWhatChangedIsNamed() {
        var session = Self.session(Self.places(20))
        let same = session.next(Self.places(20))
        #expect(same == FetchSession.Request(sessionID: 7, sessionEpoch: 1, named: []))
        #expect(same.isIncremental)
        session.receive(.taken(sessionID: 7), to: same)
        // One read on, one of another leadership, one gone, and two that are new, before and behind the rest.
        var wanted = Self.places(20)
        wanted[4] = Self.place(4, at: 9)
        wanted[5] = Self.place(5, epoch: 4)
        wanted.remove(at: 19)
        wanted.remove(at: 8)
        let first = WantedPartition(partition: TopicPartition("s", 3), offset: .zero, leaderEpoch: .none)
        let last = WantedPartition(partition: TopicPartition("u", 0), offset: .zero, leaderEpoch: .none)
        wanted.insert(first, at: 0)
        wanted.append(last)
        let request = session.next(wanted)
        #expect(request.sessionID == 7 && request.sessionEpoch == 2)
        #expect(request.named == [first, Self.place(4, at: 9), Self.place(5, epoch: 4), last])
        #expect(request.forgotten == [TopicPartition("t", 8), TopicPartition("t", 19)])
        session.receive(.taken(sessionID: 7), to: request)
        let next = session.next(wanted)
        #expect(next == FetchSession.Request(sessionID: 7, sessionEpoch: 3, named: []))
    }

    @Test func aPartitionThatCameBackIsNamedAgain() {
        var session = Self.session(Self.places(20))
        let without = session.next(Array(Self.places(20).dropFirst()))
        #expect(without.named.isEmpty && without.forgotten == [TopicPartition("t", 0)])
        session.receive(.taken(sessionID: 7), to: without)
        let with = session.next(Self.places(20))
        #expect(with.named == [Self.place(0)] && with.forgotten.isEmpty)
    }

    @Test func aSessionGoesOnWithFewerPartitions() {
        var session = Self.session(Self.places(20))
        let request = session.next(Self.places(1))
        #expect(request.isIncremental && request.named.isEmpty && request.forgotten.count == 19)
    }

    @Test func epochsGoRoundWithoutThatOfANewSession() {
        #expect([0, 1, Int32.max - 1].map { FetchSession.epoch(after: $0) } == [1, 2, Int32.max])
        var session = FetchSession(id: 7, epoch: .max)
        let last = session.next(Self.places(1))
        #expect(last.sessionEpoch == .max && last.isIncremental)
        session.receive(.taken(sessionID: 7), to: last)
        #expect(session.epoch == 1)
    }

    @Test func aSessionThatTheBrokerDoesNotKnowBeginsAnew() {
        var session = Self.session(Self.places(20))
        let request = session.next(Self.places(20))
        let answer = FetchSession.Answer.refused(.fetchSessionIDNotFound)
        #expect(FetchSession.mustRepeat(request, after: answer))
        session.receive(answer, to: request)
        #expect(!session.isOpen)
        let again = session.next(Self.places(20))
        #expect(again == FetchSession.Request(sessionID: 0, sessionEpoch: 0, named: Self.places(20)))
        // Who refuses that too is not asked without a pause.
        #expect(!FetchSession.mustRepeat(again, after: answer))
    }

    @Test(arguments: [ErrorCode.invalidFetchSessionEpoch, .fetchSessionTopicIDError])
    func aSessionInDisorderIsClosedByTheNextRequest(error: ErrorCode) {
        var session = Self.session(Self.places(20))
        let request = session.next(Self.places(20))
        #expect(FetchSession.mustRepeat(request, after: .refused(error)))
        session.receive(.refused(error), to: request)
        let again = session.next(Self.places(20))
        #expect(again == FetchSession.Request(sessionID: 7, sessionEpoch: 0, named: Self.places(20)))
        #expect(!FetchSession.mustRepeat(again, after: .refused(error)))
        session.receive(.taken(sessionID: 8), to: again)
        #expect(session.id == 8 && session.epoch == 1)
    }

    /// What is wrong with the whole request, and a lost connection, may leave the broker with the session.
    @Test func afterOtherFailuresTheOldSessionIsClosed() {
        for answer in [FetchSession.Answer.refused(.unknownServerError), .lost] {
            var session = Self.session(Self.places(20))
            let request = session.next(Self.places(20))
            #expect(!FetchSession.mustRepeat(request, after: answer))
            session.receive(answer, to: request)
            // With too few for a new one, the old one is closed all the same.
            let few = session.next(Self.places(2))
            #expect(few == FetchSession.Request(sessionID: 7, sessionEpoch: -1, named: Self.places(2)))
            #expect(few.isOfSession)
            session.receive(.lost, to: few)
            #expect(session.isOpen)
            let many = session.next(Self.places(20))
            #expect(many == FetchSession.Request(sessionID: 7, sessionEpoch: 0, named: Self.places(20)))
            session.receive(.taken(sessionID: 0), to: many)
            #expect(!session.isOpen)
        }
    }

    /// As from a broker that was set back to a version without sessions, and was asked for everything.
    @Test(arguments: [0, 8] as [Int32]) func anAnswerOfNoOrAnotherSessionEndsIt(id: Int32) {
        var session = Self.session(Self.places(20))
        let request = session.next(Self.places(20))
        session.receive(.taken(sessionID: id), to: request)
        #expect(!session.isOpen)
        let next = session.next(Self.places(20))
        #expect(next == FetchSession.Request(sessionID: 0, sessionEpoch: 0, named: Self.places(20)))
    }

    // MARK: Model

    /// A broker's side of sessions.
    private struct ModelBroker {
        struct Session {
            var epoch: Int32
            var partitions: [TopicPartition: WantedPartition]
        }

        var sessions: [Int32: Session] = [:]
        var hasRoom = true
        private var lastID: Int32 = 0

        /// Serves a request.
        ///
        /// - Returns: The answer, and the partitions that it would be about.
        mutating func serve(
            _ request: FetchSession.Request
        ) -> (answer: FetchSession.Answer, partitions: [TopicPartition: WantedPartition]) {
            let named = Dictionary(uniqueKeysWithValues: request.named.map { ($0.partition, $0) })
            guard request.sessionEpoch > 0 else {
                if request.sessionID != 0 { sessions[request.sessionID] = nil }
                guard request.sessionEpoch == 0, hasRoom else { return (.taken(sessionID: 0), named) }
                lastID += 1
                sessions[lastID] = Session(epoch: 1, partitions: named)
                return (.taken(sessionID: lastID), named)
            }
            guard var session = sessions[request.sessionID] else { return (.refused(.fetchSessionIDNotFound), [:]) }
            guard session.epoch == request.sessionEpoch else { return (.refused(.invalidFetchSessionEpoch), [:]) }
            session.partitions.merge(named) { _, new in new }
            for partition in request.forgotten { session.partitions[partition] = nil }
            session.epoch += 1
            sessions[request.sessionID] = session
            return (.taken(sessionID: request.sessionID), session.partitions)
        }
    }

    /// Partitions that come, go and are read, at random.
    private struct ModelConsumer {
        private var offsets = [Int64](repeating: 0, count: 40)
        private var epochs = [Int32](repeating: 0, count: 40)
        private var isWanted = [Bool](repeating: true, count: 40)

        mutating func change(using generator: inout SeededGenerator) {
            for _ in 0..<Int.random(in: 0...3, using: &generator) {
                isWanted[Int.random(in: 0..<40, using: &generator)].toggle()
                offsets[Int.random(in: 0..<40, using: &generator)] += 1
            }
            switch Int.random(in: 0..<60, using: &generator) {
            case 0: for index in 0..<40 { isWanted[index] = index % 9 == 0 }
            case 1: for index in 0..<40 { isWanted[index] = true }
            case 2: epochs[Int.random(in: 0..<40, using: &generator)] += 1
            default: break
            }
            // There is no fetch of nothing.
            if !isWanted.contains(true) { isWanted[0] = true }
        }

        var wanted: [WantedPartition] {
            (0..<40).filter { isWanted[$0] }.map {
                WantedPartition(
                    partition: TopicPartition($0 < 20 ? "a" : "b", Int32($0 % 20)), offset: LogOffset(offsets[$0]),
                    leaderEpoch: LeaderEpoch(epochs[$0]))
            }
        }
    }

    @Test(arguments: 0..<20) func theBrokerFetchesWhatIsWantedThroughAllFailures(round: Int) {
        let seed = UInt64.random(in: 0...UInt64.max)
        var generator = SeededGenerator(seed: seed)
        var session = FetchSession()
        var broker = ModelBroker()
        var consumer = ModelConsumer()
        var isRefused = false
        // Sessions that the client was never told of.
        var strays = 0
        for step in 0..<500 {
            consumer.change(using: &generator)
            broker.hasRoom = Int.random(in: 0..<10, using: &generator) > 0
            switch Int.random(in: 0..<60, using: &generator) {
            case 0:
                broker.sessions = [:]
                strays = 0
            case 1: for id in broker.sessions.keys { broker.sessions[id]?.epoch += 1 }
            default: break
            }
            let wanted = consumer.wanted
            let request = session.next(wanted, from: Int.random(in: wanted.indices, using: &generator))
            #expect(!(isRefused && request.isIncremental), "seed \(seed), step \(step)")
            isRefused = false
            let fate = Int.random(in: 0..<30, using: &generator)
            if fate == 0 {
                session.receive(.lost, to: request)
                continue
            }
            let (answer, partitions) = broker.serve(request)
            if fate == 1 {
                if case .taken(let id) = answer, !request.isIncremental, id != 0 { strays += 1 }
                session.receive(.lost, to: request)
                continue
            }
            session.receive(answer, to: request)
            guard case .taken(let id) = answer else {
                isRefused = true
                #expect(FetchSession.mustRepeat(request, after: answer), "seed \(seed), step \(step)")
                continue
            }
            #expect(partitions.values.sorted { $0.partition < $1.partition } == wanted, "seed \(seed), step \(step)")
            #expect(session.id == id, "seed \(seed), step \(step)")
            #expect(!session.isOpen || broker.sessions[id]?.epoch == session.epoch, "seed \(seed), step \(step)")
            #expect(broker.sessions.count <= strays + 1, "seed \(seed), step \(step)")
        }
    }
}
