import NIOCore
import ServerHarness
import Synchronization
import Testing

import enum StorageHarness.Seeds

@testable import Broker

@Suite struct RequestMemoryTests {
    /// One that asks for room, and what it was told.
    private final class Asker: Sendable {
        let isGranted = Mutex(false)
        let isRevoked = Mutex(false)

        func room(_ byteCount: Int) -> RequestMemory.Room {
            RequestMemory.Room(byteCount: byteCount) { [self] in
                isGranted.withLock { $0 = true }
            } revoked: { [self] in
                isRevoked.withLock { $0 = true }
            }
        }

        var hasRoom: Bool { isGranted.withLock { $0 } }
        var hasLostRoom: Bool { isRevoked.withLock { $0 } }
    }

    @Test func roomIsGivenInTheOrderOfAsking() {
        let memory = RequestMemory(limit: 100)
        let (second, third) = (Asker(), Asker())
        let rooms = (Asker().room(70), second.room(50), third.room(10))
        #expect(memory.take(rooms.0))
        #expect(!memory.take(rooms.1))
        // It would fit, and would let large requests wait for ever if it went first.
        #expect(!memory.take(rooms.2))
        #expect(memory.used == 70)
        memory.release(rooms.0)
        #expect(second.hasRoom && third.hasRoom && memory.used == 60)
        memory.release(rooms.1)
        memory.release(rooms.2)
        #expect(memory.used == 0)
    }

    @Test func requestAboveTheLimitGetsInAlone() {
        let memory = RequestMemory(limit: 100)
        let large = Asker()
        let rooms = (Asker().room(1), large.room(500))
        #expect(memory.take(rooms.0) && !memory.take(rooms.1))
        memory.release(rooms.0)
        #expect(large.hasRoom && memory.isExhausted)
        memory.release(rooms.1)
        #expect(memory.take(rooms.0))
    }

    @Test func placeInTheLineCanBeGivenUp() {
        let memory = RequestMemory(limit: 100)
        let third = Asker()
        let rooms = (Asker().room(100), Asker().room(100), third.room(100))
        #expect(memory.take(rooms.0) && !memory.take(rooms.1) && !memory.take(rooms.2))
        memory.release(rooms.1)
        #expect(memory.used == 100 && !third.hasRoom)
        memory.release(rooms.0)
        #expect(memory.used == 100 && third.hasRoom)
    }

    @Test func onlyWhoKeepsOthersWaitingLosesItsRoom() {
        let memory = RequestMemory(limit: 100, patience: .seconds(10))
        let (whole, slow, quick) = (Asker(), Asker(), Asker())
        let begin = NIODeadline.uptimeNanoseconds(1_000_000_000_000)
        let rooms = (whole.room(30), slow.room(30), quick.room(40), Asker().room(10))
        #expect(memory.take(rooms.0, now: begin))
        #expect(memory.take(rooms.1, now: begin + .seconds(1)))
        #expect(memory.take(rooms.2, now: begin + .seconds(5)))
        memory.didArrive(rooms.0)
        memory.revokeSlowest(now: begin + .hours(1))
        #expect(!slow.hasLostRoom)
        #expect(!memory.take(rooms.3))
        memory.revokeSlowest(now: begin + .seconds(10))
        #expect(!slow.hasLostRoom)
        memory.revokeSlowest(now: begin + .seconds(12))
        memory.revokeSlowest(now: begin + .seconds(12))
        #expect(slow.hasLostRoom && !quick.hasLostRoom && !whole.hasLostRoom)
    }

    /// Whatever comes in whatever order: never more than the limit, except for one alone; and all get in.
    @Test func limitHoldsAndNoOneWaitsForEver() {
        let seed = Seeds.chosen ?? .random(in: .min ... .max)
        print("request memory: seed \(seed)")
        var random = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            let memory = RequestMemory(limit: 1_000)
            var holders: [RequestMemory.Room] = []
            var waiters: [(asker: Asker, room: RequestMemory.Room)] = []
            var toCome = 100
            while toCome > 0 || !holders.isEmpty || !waiters.isEmpty {
                if toCome > 0, holders.isEmpty || Bool.random(using: &random) {
                    toCome -= 1
                    let asker = Asker()
                    let room = asker.room(Int.random(in: 1...1_500, using: &random))
                    if memory.take(room) { holders.append(room) } else { waiters.append((asker, room)) }
                } else if let index = holders.indices.randomElement(using: &random) {
                    memory.release(holders.remove(at: index))
                } else {
                    Issue.record("\(waiters.count) wait, and no one has room (seed \(seed))")
                    return
                }
                while let first = waiters.first, first.asker.hasRoom { holders.append(waiters.removeFirst().room) }
                #expect(memory.used == holders.reduce(0) { $0 + $1.byteCount })
                #expect(memory.used <= memory.limit || holders.count == 1)
            }
        }
    }

    @Test func slowestReadersAreClosedFirst() {
        let backlog = AnswerBacklog(limit: 100)
        let askers = (0..<3).map { _ in Asker() }
        func note(_ index: Int, _ byteCount: Int) {
            backlog.note(byteCount, of: ObjectIdentifier(askers[index])) {
                askers[index].isRevoked.withLock { $0 = true }
            }
        }
        note(0, 40)
        note(1, 40)
        note(0, 20)
        note(2, 40)
        #expect(backlog.byteCount == 100 && !askers.contains { $0.hasLostRoom })
        // The first to wait, though it was noted again since.
        note(2, 41)
        #expect(askers.map(\.hasLostRoom) == [true, false, false])
        backlog.remove(ObjectIdentifier(askers[1]))
        backlog.remove(ObjectIdentifier(askers[0]))
        #expect(backlog.byteCount == 41)
    }
}
