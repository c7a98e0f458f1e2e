#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

extension StatusReporter {
    /// Writes that a task uses a topic.
    func report(_ topic: String, usedBy id: ConnectorTaskID) async {
        guard !isDeleted(id.connector) else { return }
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        let now = Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
        await write(
            .topic(topic, connector: id.connector, TopicUse(task: id.task, discovered: now)), safely: false)
    }

    /// Records that forget which topics a connector uses.
    func topicTombstones(_ connector: String) -> [StatusRecord] {
        store.topics(of: connector).sorted().map { .topic($0, connector: connector, nil) }
    }
}
