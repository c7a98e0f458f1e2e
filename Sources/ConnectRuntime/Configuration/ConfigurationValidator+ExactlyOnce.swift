import ConnectAPI

/// Checks what a source connector is asked for and can do about writing exactly once (KIP-618).
extension ConfigurationValidator {
    func checkExactlyOnce(
        _ connector: any SourceConnector, _ configuration: [String: String], _ values: inout [ConfigValue]
    ) {
        check(ConnectorConfiguration.exactlyOnceSupport, asksFor: "required", &values) { errors in
            if exactlyOnceSourceSupport != .enabled {
                errors.append("This worker does not have exactly-once source support enabled.")
            }
            switch try connector.exactlyOnceSupport(configuration: configuration) {
            case .supported: break
            case .unsupported:
                errors.append("The connector does not support exactly-once semantics with the provided configuration.")
            case .unknown:
                errors.append(
                    "The connector does not implement the API required for preflight validation of exactly-once source"
                        + " support. Please consult the documentation for the connector to determine whether it supports"
                        + " exactly-once semantics, and then consider reconfiguring the connector to use the value"
                        + " \"requested\" for this property (which will disable this preflight check and allow the"
                        + " connector to be created).")
            }
        }
        check(ConnectorConfiguration.transactionBoundary, asksFor: "connector", &values) { errors in
            guard try connector.canDefineTransactionBoundaries(configuration: configuration) == .unsupported else {
                return
            }
            errors.append(
                "The connector does not support connector-defined transaction boundaries with the given configuration."
                    + " Please reconfigure it to use a different transaction boundary definition.")
        }
    }

    /// Looks closer at a key whose value is well-formed and the one that asks for something.
    private func check(
        _ key: String, asksFor wish: String, _ values: inout [ConfigValue],
        _ body: (inout [String]) throws -> Void
    ) {
        guard let index = values.firstIndex(where: { $0.name == key }), values[index].errors.isEmpty,
            values[index].value?.trimmingSpace.lowercased() == wish
        else { return }
        do {
            try body(&values[index].errors)
        } catch {
            let reason = (error as? ConnectError)?.message ?? "\(error)"
            values[index].errors.append("An unexpected error occurred during validation: \(reason)")
        }
    }
}
