import Foundation
import LogCore
import RecordFormat

// Has a log meet a lost page of a mapping, which it has to survive, and then meets one itself, which is none of the
// log's: what becomes of the process then is what FaultGuardTests look at.
//
//     BusError <directory> handled    a handler is there before the log is opened; it ends the process with code 3
//     BusError <directory> default    there is none, and the process touches a page that is not there
//     BusError <directory> sent       there is none, and the process is sent the signal
let directory = CommandLine.arguments[1]
let kind = CommandLine.arguments[2]

func say(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }

if kind == "handled" {
    signal(SIGBUS) { _ in
        _ = write(STDOUT_FILENO, "former handler\n", 15)
        _exit(3)
    }
}

var configuration = LogConfiguration()
configuration.indexIntervalBytes = 0
let log = try PartitionLog.open(directory, configuration: configuration)
func append() throws {
    var builder = RecordBatchBuilder()
    try builder.append(timestamp: Timestamp(milliseconds: 1), key: nil, value: ByteSlice("value"))
    _ = try log.append(builder.finish(), from: .producer(LeaderEpoch(0)), now: Timestamp(milliseconds: 1))
}
for _ in 0..<1000 { try append() }
truncate("\(directory)/00000000000000000000.index", 0)
_ = try log.read(from: LogOffset(5), upTo: .logEnd, limit: 1, mustProgress: true)
try append()
say("survived, \(log.watermarks.logEndOffset) records")

if kind == "sent" {
    kill(getpid(), SIGBUS)
} else {
    let path = directory + "/foreign"
    try Data(count: 4096).write(to: URL(filePath: path))
    let memory = mmap(nil, 4096, PROT_READ, MAP_SHARED, open(path, O_RDWR), 0)!
    truncate(path, 0)
    say("read \(memory.load(as: UInt8.self))")
}
say("went on")
