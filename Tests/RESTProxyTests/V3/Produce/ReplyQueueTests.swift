import Synchronization
import Testing

@testable import RESTProxy

@Suite(.timeLimit(.minutes(1))) struct ReplyQueueTests {
    /// Counts what tasks have done.
    private final class Counter: Sendable {
        private let value = Atomic<Int>(0)
        var count: Int { value.load(ordering: .acquiring) }
        func add() { value.add(1, ordering: .acquiringAndReleasing) }
    }

    @Test func elementsComeInOrder() async {
        let queue = ReplyQueue<Int>(capacity: 3)
        let taken = await withTaskGroup(of: [Int].self) { group in
            group.addTask {
                for number in 0..<1000 { _ = await queue.add(number) }
                queue.finish()
                return []
            }
            group.addTask {
                var taken: [Int] = []
                while let number = await queue.next() { taken.append(number) }
                return taken
            }
            return await group.reduce(into: []) { $0 += $1 }
        }
        #expect(taken == Array(0..<1000))
    }

    @Test func whoAddsToAFullQueueWaits() async {
        let queue = ReplyQueue<Int>(capacity: 2)
        let added = Counter()
        let adding = Task {
            for number in 0..<5 where await queue.add(number) { added.add() }
        }
        while added.count < 2 { await Task.yield() }
        for _ in 0..<100 { await Task.yield() }
        #expect(added.count == 2)
        #expect(await queue.next() == 0)
        while added.count < 3 { await Task.yield() }
        queue.finish()
        await adding.value
        // What lies in it is still there, and what came after the end is not.
        #expect(added.count == 3)
        #expect(await queue.next() == 1)
        #expect(await queue.next() == 2)
        #expect(await queue.next() == nil)
    }

    @Test func manyAreAddedAsThereIsRoom() async {
        let queue = ReplyQueue<Int>(capacity: 3)
        #expect(await queue.room() == 3)
        #expect(await queue.add(contentsOf: [0, 1]))
        #expect(await queue.room() == 1)
        let adding = Task { await queue.add(contentsOf: Array(2..<10)) }
        var taken: [Int] = []
        while taken.count < 7, let number = await queue.next() { taken.append(number) }
        #expect(await adding.value)
        while let number = queue.next(if: { _ in true }) { taken.append(number) }
        #expect(taken == Array(0..<10))
        // What does not fit before the end is not added.
        #expect(await queue.add(contentsOf: [1, 2, 3]))
        let late = Task { await queue.add(contentsOf: [4]) }
        await Task.yield()
        queue.finish()
        #expect(await late.value == false)
        #expect(await queue.room() == 0)
        for number in 1...3 { #expect(await queue.next() == number) }
        #expect(await queue.next() == nil)
    }

    @Test func onlyWhatIsReadyIsTakenAlong() async {
        let queue = ReplyQueue<Int>(capacity: 5)
        for number in [2, 4, 5, 6] { _ = await queue.add(number) }
        #expect(queue.next(if: { $0 % 2 == 0 }) == 2)
        #expect(queue.next(if: { $0 % 2 == 0 }) == 4)
        #expect(queue.next(if: { $0 % 2 == 0 }) == nil)
        #expect(await queue.next() == 5)
    }

    @Test func theEndReachesWhoWaits() async {
        let queue = ReplyQueue<Int>(capacity: 1)
        let taking = Task { await queue.next() }
        await Task.yield()
        queue.finish()
        #expect(await taking.value == nil)
        #expect(await queue.add(1) == false)
    }
}
