import ConnectAPI
import JSON
import Logging
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

    /// Serves what a plug-in asks for and says.
    protocol Handler: Sendable {
        /// Answers a request.
        func serve(_ call: String, _ with: JSONValue) async throws -> JSONValue
        /// Takes note of something; must not wait for the plug-in.
        func notice(_ notice: String, _ with: JSONValue) async throws
    }

    private struct State {
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
    private let child: ChildProcess
    private let streams: PluginStreams
    private let handler: any Handler
    private let state = Mutex(State())
    private let ended = PendingAnswer<Void>()

    /// How long what a process wrote last may take to come, once it has ended: something outside of its group may
    /// hold the pipes.
    private static let lastWordsLimit = Duration.seconds(1)
    /// How long a process may live on after the end of its standard input or output before it is asked to go.
    private static let exitGrace = Duration.seconds(1)

    private init(_ plugin: HostedPlugin, _ child: ChildProcess, _ streams: PluginStreams, _ handler: any Handler) {
        self.plugin = plugin
        self.child = child
        self.streams = streams
        self.handler = handler
        var logger = plugin.logger
        logger[metadataKey: "plugin"] = "\(plugin.manifest.className)"
        logger[metadataKey: "pid"] = "\(child.pid)"
        log = PluginLog(logger)
    }

    /// The process's number.
    var pid: Int32 { child.pid }

    // MARK: Start

    /// Has what it says be known by its connector's name, and without its passwords.
    func setConfiguration(_ configuration: [String: String]) {
        if let name = configuration["name"] { log.setMetadata("connector", name) }
        let passwords = plugin.description.definition.keys.filter { $0.kind == .password }
        log.hide(passwords.compactMap { configuration[$0.name] })
    }

    /// Starts a process and agrees with it on the protocol.
    ///
    /// - Throws: ``ConnectError`` when it cannot be started, does not answer or speaks another version.
    static func start(_ plugin: HostedPlugin, _ role: Role, _ handler: any Handler) async throws -> PluginProcess {
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
            process = PluginProcess(plugin, child, streams, handler)
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
    static func asking(_ plugin: HostedPlugin, _ call: String, _ with: JSONValue) async throws -> JSONValue {
        let process = try await start(plugin, .connector, NoService())
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

    private func send(_ message: PluginMessage) throws {
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

    // MARK: Life

    private func live() async {
        let frames = Task { await readFrames() }
        let lines = Task { await readLines() }
        let silence = Task { await watchSilence() }
        let lastWords = Task {
            _ = await child.end()
            try? await Task.sleep(for: Self.lastWordsLimit)
            streams.close()
        }
        if let violation = await frames.value {
            state.withLock { $0.violation = $0.violation ?? violation }
            child.signal(ChildProcess.killSignal)
        }
        streams.closeInput()
        // Whoever closed its output can answer nothing any more.
        await child.terminate(after: Self.exitGrace, patience: plugin.processes.patience)
        await lines.value
        lastWords.cancel()
        silence.cancel()
        streams.close()
        let waiters = state.withLock { state in
            state.failure = describeEnd(state)
            return state.conversation.end()
        }
        let failure = state.withLock { $0.failure } ?? ConnectError(.failed, "the process has ended")
        for waiter in waiters { waiter.complete(.failure(failure)) }
        plugin.processes.remove(self)
        ended.complete(.success(()))
    }

    private var name: String { "plug-in \(plugin.manifest.className) (process \(child.pid))" }

    /// What ended it, for whoever waits for an answer.
    private func describeEnd(_ state: State) -> ConnectError {
        var text = "The \(name) "
        if let violation = state.violation {
            text += "was ended: " + violation
        } else {
            text += child.ended.map { "\($0)" } ?? "has ended"
        }
        if let call = state.conversation.openCalls.first { text += "; it was asked to \(call)" }
        let lines = log.lastLines
        if !lines.isEmpty { text += ".\nIts last lines:\n" + lines.map { "  " + $0 }.joined(separator: "\n") }
        return ConnectError(.failed, text)
    }

    /// Reads until the process closes its output; what is wrong with what it wrote, if anything is.
    private func readFrames() async -> String? {
        do {
            try await streams.output.executeThenClose { inbound, _ in
                for try await frame in inbound {
                    try await receive(PluginMessage(parsing: Array(frame.readableBytesView)))
                }
            }
            return nil
        } catch {
            return (error as? ConnectError)?.message ?? "its output cannot be read: \(error)"
        }
    }

    private func receive(_ message: PluginMessage) async throws {
        var message = message
        if case .refusal(let id, let failure) = message { message = .refusal(id: id, failure.mapText(log.masked)) }
        let event = try state.withLock { state in
            state.lastSign = .now
            return try state.conversation.receive(message)
        }
        switch event {
        case .settle(let answer, .success(let result)): answer.complete(.success(result))
        case .settle(let answer, .failure(let error)): answer.complete(.failure(error))
        case .serve(let id, let call, let with): Task { await serve(id, call, with) }
        case .notice("alive", _): break
        case .notice("log", let with):
            log.log(PluginLog.level(with["level"]?.string), log.masked(with["message"]?.string ?? with.text))
        case .notice(let notice, let with): try await handler.notice(notice, with)
        }
    }

    private func serve(_ id: Int64, _ call: String, _ with: JSONValue) async {
        var message: PluginMessage
        do {
            message = .answer(id: id, result: try await handler.serve(call, with))
        } catch {
            message = .refusal(id: id, PluginFailure(describing: error))
        }
        // Before it is sent: whoever has the answer may use the id again.
        state.withLock { state in
            state.conversation.answered(id)
            state.lastSign = .now
        }
        do {
            try send(message)
        } catch {
            message = .refusal(id: id, PluginFailure(describing: error))
            try? send(message)
        }
    }

    private func readLines() async {
        var splitter = LineSplitter()
        // What cannot be read is lost to the log and to nobody else.
        try? await streams.error.executeThenClose { inbound, _ in
            for try await bytes in inbound {
                for line in splitter.append(bytes.readableBytesView) { log.standardError(line) }
            }
        }
        if let line = splitter.finish() { log.standardError(line) }
    }

    /// Ends a process that says nothing for too long although it is asked something.
    private func watchSilence() async {
        let limit = plugin.manifest.timeout
        while !Task.isCancelled {
            try? await Task.sleep(for: max(limit / 8, .milliseconds(10)))
            let call: String? = state.withLock { state in
                // One that waits for an answer from here has nothing to say.
                guard let call = state.conversation.openCalls.first, !state.conversation.owesAnswer,
                    state.lastSign.duration(to: .now) > limit, state.violation == nil
                else { return nil }
                state.violation = "it said nothing for \(limit)"
                return call
            }
            guard call != nil else { continue }
            await child.terminate(after: .zero, patience: Self.exitGrace)
        }
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
