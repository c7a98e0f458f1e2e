import ConnectAPI
import JSON
import NIOCore
import Synchronization

/// What goes on with a process from its start to its end.
extension PluginProcess {
    /// Deals with all that the process writes until it has ended.
    func live() async {
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
