import ConnectAPI
import JSON
import NIOCore
import Synchronization

/// A running process of a plug-in, and the conversation with it.
///
/// What is asked has its answer, or an error: one of the plug-in's own, or that the process ended, with its status
/// and the last lines of its standard error. A process that breaks the protocol, or is silent for too long while it
/// is asked something, is ended. Safe to use from any thread.
///
/// - SeeAlso: docs/plugin-protocol.md
final class PluginProcess: Sendable {
    /// The versions of the protocol that are spoken here.
    static let versions: [Int64] = [1]

    /// What a process is for.
    enum Role: String, Sendable {
        case connector, task
    }

    /// The connector or task that a process is started for, or asked about.
    struct Subject: Sendable {
        /// What it is configured with; the values of its passwords are in nothing that is logged or kept.
        var configuration: [String: String]
        /// Takes what the process says to people; `nil` for the server's log.
        var logger: ConnectLogger? = nil
    }

    /// Serves what a plug-in asks for and says.
    protocol Handler: Sendable {
        /// Answers a request.
        func serve(_ call: String, _ with: JSONValue) async throws -> JSONValue
        /// Takes note of something; must not wait for the plug-in.
        func notice(_ notice: String, _ with: JSONValue) async throws
    }

    struct State {
        var conversation = Conversation<PendingAnswer<JSONValue>>()
        /// When the process last said something, or was first asked something after silence that nobody minded.
        var lastSign = ContinuousClock.now
        /// Why it is ended from here, if it is.
        var violation: String?
        /// Whether it was told to end.
        var isEnding = false
        /// Why nothing can be asked any more.
        var failure: ConnectError?
    }

    let plugin: HostedPlugin
    let log: PluginLog
    let child: ChildProcess
    let streams: PluginStreams
    let handler: any Handler
    let state = Mutex(State())
    let ended = PendingAnswer<Void>()

    /// How long what a process wrote last may take to come, once it has ended: something outside of its group may
    /// hold the pipes.
    static let lastWordsLimit = Duration.seconds(1)
    /// How long a process may live on after the end of its standard input or output before it is asked to go.
    static let exitGrace = Duration.seconds(1)

    private init(
        _ plugin: HostedPlugin, _ child: ChildProcess, _ streams: PluginStreams, _ handler: any Handler,
        _ subject: Subject?
    ) {
        self.plugin = plugin
        self.child = child
        self.streams = streams
        self.handler = handler
        let configuration = subject?.configuration ?? [:]
        var fields = ["plugin": plugin.manifest.className, "pid": "\(child.pid)"]
        // A connector's own logger says its name itself.
        if subject?.logger == nil, let name = configuration["name"] { fields["connector"] = name }
        let passwords = plugin.description.definition.keys.filter { $0.kind == .password }
        log = PluginLog(
            (subject?.logger ?? ConnectLogger(plugin.logger)).adding(fields),
            hiding: passwords.compactMap { configuration[$0.name] })
    }

    /// What messages call it.
    var name: String { "plug-in \(plugin.manifest.className) (process \(child.pid))" }

    /// The process's number.
    var pid: Int32 { child.pid }

    // MARK: Start

    /// Starts a process and agrees with it on the protocol.
    ///
    /// - Throws: ``ConnectError`` when it cannot be started, does not answer or speaks another version.
    static func start(
        _ plugin: HostedPlugin, _ role: Role, _ handler: any Handler, for subject: Subject? = nil
    ) async throws -> PluginProcess {
        let manifest = plugin.manifest
        let launch = ChildProcess.Launch(
            executable: manifest.executable.hasPrefix("/")
                ? manifest.executable : plugin.directory + "/" + manifest.executable,
            arguments: manifest.arguments, environment: PluginEnvironment.variables(adding: manifest.environment),
            directory: plugin.directory)
        let (child, pipes) = try await ChildProcess.start(launch)
        let process: PluginProcess
        do {
            let streams = try await PluginStreams.open(pipes, frameLimit: plugin.processes.frameLimit)
            process = PluginProcess(plugin, child, streams, handler, subject)
        } catch {
            child.signal(ChildProcess.killSignal)
            throw error
        }
        let isWanted = plugin.processes.add(process)
        Task { await process.live() }
        do {
            guard isWanted else { throw ConnectError(.unavailable, "Worker is shutting down.") }
            try await process.hello(role)
        } catch {
            await process.terminate()
            throw error
        }
        return process
    }

    /// Starts a process for one question and ends it.
    static func asking(
        _ plugin: HostedPlugin, _ call: String, _ with: JSONValue, about subject: Subject? = nil
    ) async throws -> JSONValue {
        let process = try await start(plugin, .connector, NoService(), for: subject)
        let result: Result<JSONValue, any Error>
        do {
            result = .success(try await process.call(call, with))
        } catch {
            result = .failure(error)
        }
        // Its end is not waited for: who asks has the answer.
        Task { await process.terminate(after: exitGrace) }
        return try result.get()
    }

    private func hello(_ role: Role) async throws {
        let answer = try await call(
            "hello",
            [
                "protocol": .array(Self.versions.map { .integer($0) }), "class": .string(plugin.manifest.className),
                "type": .string(plugin.manifest.kind.rawValue), "role": .string(role.rawValue),
                "maximumFrame": .integer(plugin.processes.frameLimit),
            ])
        guard let version = answer["protocol"]?.int64, Self.versions.contains(version) else {
            let spoken = answer["protocol"]?.text ?? "none"
            throw ConnectError(
                .failed,
                "The plug-in \(plugin.manifest.className) speaks version \(spoken) of the plug-in protocol; this server speaks"
                    + " \(Self.versions.map(String.init).joined(separator: ", ")).")
        }
    }

    // MARK: Calls

    /// Asks for something and waits for the answer.
    ///
    /// - Throws: ``ConnectError``: the plug-in's own, or what ended its process.
    func call(_ call: String, _ with: JSONValue) async throws -> JSONValue { try await ask(call, with).value() }

    /// Asks for something.
    ///
    /// - Throws: ``ConnectError`` with code `.invalidData` for more than a frame holds; nothing is sent then.
    func ask(_ call: String, _ with: JSONValue) throws -> PendingAnswer<JSONValue> {
        let answer = PendingAnswer<JSONValue>()
        let (message, failure) = state.withLock { state in
            if let failure = state.failure { return (nil as PluginMessage?, failure as ConnectError?) }
            // What nobody was asked about was no silence.
            if state.conversation.openCalls.isEmpty { state.lastSign = .now }
            return (state.conversation.ask(call, with: with, answer), nil)
        }
        guard let message else {
            answer.complete(.failure(failure ?? ConnectError(.failed, "the process has ended")))
            return answer
        }
        do {
            try send(message)
        } catch {
            state.withLock { $0.conversation.withdraw(message) }
            throw error
        }
        return answer
    }

    /// Sends a message without waiting until it has left.
    func send(_ message: PluginMessage) throws {
        let body = message.body
        guard body.count <= plugin.processes.frameLimit else {
            throw ConnectError(
                .invalidData,
                "\(body.count) bytes for the plug-in \(plugin.manifest.className), more than the \(plugin.processes.frameLimit)"
                    + " that a frame may have")
        }
        // Not waited for: the answer is, and a process that does not read is silent.
        streams.input.writeAndFlush(FrameDecoder.frame(body), promise: nil)
    }

    // MARK: End

    /// Whether it was told to end.
    var isEnding: Bool { state.withLock { $0.isEnding } }

    /// Waits for the end of the process; what ended it.
    func failure() async -> ConnectError? {
        try? await ended.value()
        return state.withLock { $0.failure }
    }

    /// Has it end in good order: it is asked to stop, its standard input is closed, and what does not end in time
    /// is killed.
    ///
    /// - Throws: what the plug-in says of its stop, or that it did not stop in time.
    func stop() async throws {
        guard let answer = try? ask("stop", [:]) else { return await terminate() }
        state.withLock { $0.isEnding = true }
        let isAnswered = await answer.settles(within: plugin.processes.patience)
        await terminate(after: isAnswered ? Self.exitGrace : .zero)
        guard isAnswered else {
            throw ConnectError(.failed, "The \(name) did not stop within \(plugin.processes.patience) and was killed.")
        }
        _ = try answer.result?.get()
    }

    /// Has it end without being asked to stop, and waits for that.
    func terminate(after grace: Duration = .zero) async {
        state.withLock { $0.isEnding = true }
        streams.closeInput()
        // Whether or not the caller is cancelled: its end has to be seen to.
        await Task { [self] in
            await child.terminate(after: grace, patience: plugin.processes.patience)
            try? await ended.value()
        }.value
    }
}

/// For processes that have nothing to ask for.
private struct NoService: PluginProcess.Handler {
    func serve(_ call: String, _ with: JSONValue) async throws -> JSONValue {
        throw ConnectError(.failed, "there is no '\(call)' to ask for here")
    }

    func notice(_ notice: String, _ with: JSONValue) async throws {
        throw ConnectError(.failed, "a notice '\(notice)' that there is not")
    }
}
